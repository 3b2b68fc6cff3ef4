using 'main.bicep'

// What azd knows of the environment. Everything else has the defaults of main.bicep: mode report, no artifact store enrolled, alerts on.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'cleanup')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')

// May hold a secret, so it does not stand here.
param alertWebhook = readEnvironmentVariable('CLEANUP_ALERT_WEBHOOK', '')
