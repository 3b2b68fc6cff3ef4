/** Of what a dying process says, the line that tells why. */
export function describeFailure(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [first = "", ...rest] = text.split("\n");
  return [first, ...rest.filter((line) => /^(FATAL ERROR|\w*Error): /.test(line))].join(" ");
}
