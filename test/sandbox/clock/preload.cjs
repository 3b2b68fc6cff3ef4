// Loaded with `--require` into every child process: its `Date` is real time plus an offset that the parent sets. Timers stay real.
const RealDate = Date;
const realNow = RealDate.now;
let offsetMs = Number(process.env.CLOCK_OFFSET_MS ?? 0);
const now = () => realNow() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new Date().toString(),
});
RealDate.now = now;
RealDate.prototype.constructor = globalThis.Date;

process.on("message", (message) => {
  if (message?.type !== "clock") return;
  offsetMs = message.offsetMs;
  process.send?.({ type: "clockAck", offsetMs });
});
// A child whose parent died has nobody to stop it.
process.once("disconnect", () => process.exit());
