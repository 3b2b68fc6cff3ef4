/** What a path, relative to its package, says of a file. A folder ends in a slash. */

export const isSourceMap = (path: string): boolean => path.endsWith(".map");

/** Sources and declarations: Node strips no types below `node_modules`. */
export const isTypeScript = (path: string): boolean => /\.([cm]?ts|tsx|tsbuildinfo)$/.test(path);

/** Compiled for one kind of machine; the package is made on any, and runs on another. */
export const isNative = (path: string): boolean => /\.(node|so|dll|dylib|exe)$/.test(path);

/** A test, or what only tests need. */
export const isTest = (path: string): boolean =>
  /(^|\/)(tests?|__tests__)\//.test(path) || /(^|[./])(test|spec|fixture)\.[cm]?js$/.test(path);

/** The folder of a build for another platform than Node, by its name alone. */
export const isForeignFolder = (path: string): boolean => /(^|\/)(browser|react-native|workerd|deno|bun)\/$/.test(path);

/** Code in such a folder; a package.json there may lead Node to code elsewhere. */
export const isForeignCode = (path: string): boolean =>
  /(^|\/)(browser|react-native|workerd|deno|bun)\/.*\.[cm]?js$/.test(path);
