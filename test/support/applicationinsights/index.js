// Azurite loads this package only to report usage, which `--disableTelemetry` turns off. The real one needs a release of
// @azure/monitor-opentelemetry that npm cannot always resolve, and adds 230 MB.
module.exports = {};
