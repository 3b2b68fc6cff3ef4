import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { TokenSigner } from "../../sandbox/registry/signedToken.ts";
import { compare, noteOutput, noteSecret, SECRET_WATCH } from "../../support/secretWatch/secretWatch.ts";

const before = process.env[SECRET_WATCH];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secret-watch-test-"));
  process.env[SECRET_WATCH] = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env[SECRET_WATCH];
  else process.env[SECRET_WATCH] = before;
  rmSync(folder, { recursive: true });
});

const sign = (): string => new TokenSigner().sign({ sub: "observer", jti: String(Math.random()) });
const partsOf = (token: string): readonly string[] => token.split(".");

describe("the watch over secrets", () => {
  it.each([
    { name: "a whole token", leak: (token: string) => `GET failed, authorization: Bearer ${token}` },
    { name: "its claims alone", leak: (token: string) => `{"claims":"${partsOf(token)[1]}"}` },
    { name: "its signature alone", leak: (token: string) => `sig=${partsOf(token)[2]}&x=1` },
  ])("finds $name in what the app wrote", async ({ leak }) => {
    const token = sign();
    noteOutput("nothing here");
    noteOutput(leak(token));
    expect((await compare(folder)).leaks).toEqual([leak(token).slice(0, 200)]);
  });

  it("finds a key that is no token", async () => {
    noteSecret("0123456789ABCDEF0123456789ABCDEF");
    noteOutput("x-identity-header: 0123456789ABCDEF0123456789ABCDEF");
    expect((await compare(folder)).leaks).toHaveLength(1);
  });

  it("finds nothing in what holds none, such as how a token is signed, or a digest", async () => {
    const token = sign();
    noteOutput(`${partsOf(token)[0]} sha256:${"0".repeat(64)}`);
    const { secrets, outputBytes, leaks } = await compare(folder);
    expect({ secrets, leaks }).toEqual({ secrets: 1, leaks: [] });
    expect(outputBytes).toBeGreaterThan(64);
  });
});
