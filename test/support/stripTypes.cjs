// Jest transformer: Node's own type stripping keeps line numbers exact and needs no compiler.
const { createHash } = require("node:crypto");
const { stripTypeScriptTypes } = require("node:module");

module.exports = {
  canInstrument: false,
  getCacheKey: (source, path, options) =>
    createHash("sha256").update(process.version).update(source).update(path).update(options.configString).digest("hex"),
  process: (source) => ({ code: stripTypeScriptTypes(source, { mode: "strip" }) }),
};
