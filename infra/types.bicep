@export()
@description('One entry of STORES: an artifact store, or * for all that have no entry of their own. What is left out has the default of the app.')
@sealed()
type storeType = {
  @description('Resource id of the artifact store, or *.')
  store: string

  @description('The stricter of this and of the mode of the service counts.')
  mode: ('report' | 'enforce')?

  @description('Such as 30d.')
  grace: string?

  @description('A date such as 2025-09-01: what was pushed before is kept.')
  uploadedSince: string?

  purgeSuperseded: bool?

  legacyProtection: ('store' | 'artifact')?

  keepLastVersions: int?
}

@export()
@description('One entry of FREEZE_WINDOWS: `from` and `to`, or `cron` and `duration`.')
@sealed()
type freezeWindowType = {
  from: string?

  to: string?

  cron: string?

  duration: string?

  reason: string
}

@export()
@description('Settings of the app that have no parameter of their own, by their names. What is left out has the default of the app.')
@sealed()
type settingsType = {
  @description('Sign-in of another cloud.')
  AZURE_AUTHORITY_HOST: string?

  ARM_AUDIENCE: string?

  ARM_ENDPOINT: string?

  BREAKER_DELETIONS: string?

  BREAKER_LAST_VERSION: ('true' | 'false')?

  BREAKER_PERCENT: string?

  DELETES_PER_MINUTE: string?

  GRACE: string?

  MAX_CLOCK_SKEW: string?

  MAX_FALL_PERCENT: string?

  REGISTRY_AUDIENCE: string?

  REGISTRY_HOST_SUFFIXES: string?

  SNAPSHOT_MAX_AGE: string?

  SNAPSHOT_RETENTION: string?

  TIME_BUDGET: string?
}
