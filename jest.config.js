const common = {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/test/support/stripTypes.cjs" },
};

// Folders that can be run alone: `npm run jest -- --selectProjects <name>`.
const project = (displayName, folder) => ({ ...common, displayName, roots: [`<rootDir>/test/${folder}`] });

export default {
  projects: [
    project("unit", "unit"),
    project("sandbox", "sandbox"),
    project("host", "host"),
    project("simulate", "simulate"),
    project("adapters", "adapters"),
    project("jobs", "jobs"),
    project("triggers", "triggers"),
    project("end-to-end", "e2e"),
    project("infra", "infra"),
    project("package", "package"),
  ],
  globalSetup: "<rootDir>/test/support/secretWatch/setup.ts",
  globalTeardown: "<rootDir>/test/support/secretWatch/teardown.ts",
  // Some files wait for child processes most of the time.
  maxWorkers: 2,
  testTimeout: 60_000,
};
