// A child process of the clock's tests: answers every message with what its `Date` says.
let firedTimers = 0;

process.on("message", (message) => {
  if (message?.type === "clock") return;
  if (message === "timer") {
    setTimeout(() => (firedTimers += 1), 60_000);
    return;
  }
  const now = Date.now();
  process.send({
    now,
    firedTimers,
    isNewDateTheSame: Math.abs(new Date().getTime() - now) < 1000,
    isTextTheSame: Math.abs(Date.parse(Date()) - now) < 2000,
    explicit: new Date(1580688000000).toISOString(),
    parts: new Date(Date.UTC(2020, 1, 3)).toISOString(),
    isInstance: new Date() instanceof Date,
    isConstructor: new Date().constructor === Date,
    year: new Date().getUTCFullYear(),
  });
});
