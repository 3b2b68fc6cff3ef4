import type { app as App } from "@azure/functions";
import type { InvocationMonitor } from "../lib/telemetry.ts";

/** Of the worker: the host then leaves the lines of the log to it, instead of sending each a second time. */
const CAPABILITY = "WorkerOpenTelemetryEnabled";

/**
 * Ties what is told to the invocation that tells it, and sends it before the invocation counts as ended: an instance may be taken
 * away right after. An answer over HTTP does not wait for that.
 */
export function tellInvocations(app: typeof App, monitor: InvocationMonitor): void {
  app.setup({ capabilities: { [CAPABILITY]: true } });
  app.hook.preInvocation((context) => {
    const { functionHandler, invocationContext } = context;
    const traceParent = invocationContext.traceContext?.traceParent;
    context.functionHandler = (...given) => monitor.inInvocation(traceParent, () => functionHandler(...given));
  });
  app.hook.log(({ level, message, category }) => {
    if (category === "user" && level !== "none") monitor.writeLine(level, message);
  });
  app.hook.postInvocation(async ({ invocationContext }) => {
    if (invocationContext.options.trigger.type !== "httpTrigger") await monitor.flushAll();
  });
  app.hook.appTerminate(() => monitor.shutdown());
}
