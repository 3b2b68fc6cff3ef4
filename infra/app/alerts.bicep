metadata description = 'Who is told, and of what: the rules are infra/alerts, a query each, figures in rules.json.'

param location string

param tags { *: string }

@minLength(13)
@maxLength(13)
param resourceToken string

param componentId string

param isEnabled bool

param mails string[]

@secure()
param webhook string

// Of any type: a rule need not have every field.
var rules = any(loadJsonContent('../alerts/rules.json'))
var queries = {
  backlogOverdue: loadTextContent('../alerts/backlogOverdue.kql')
  breakerTripped: loadTextContent('../alerts/breakerTripped.kql')
  danglingReferenceInUse: loadTextContent('../alerts/danglingReferenceInUse.kql')
  deletionSpike: loadTextContent('../alerts/deletionSpike.kql')
  missingPermission: loadTextContent('../alerts/missingPermission.kql')
  newFindings: loadTextContent('../alerts/newFindings.kql')
  noCompleteSnapshot: loadTextContent('../alerts/noCompleteSnapshot.kql')
  purgeFailed: loadTextContent('../alerts/purgeFailed.kql')
}
var webhooks = [
  {
    name: 'webhook'
    serviceUri: webhook
    useCommonAlertSchema: true
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${resourceToken}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'cleanup'
    emailReceivers: [
      for mail in mails: {
        name: mail
        emailAddress: mail
        useCommonAlertSchema: true
      }
    ]
    webhookReceivers: empty(webhook) ? [] : webhooks
  }
}

resource alertRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in items(rules): {
    name: 'alert-${rule.key}-${resourceToken}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.value.displayName
      description: rule.value.description
      enabled: isEnabled
      severity: rule.value.severity
      scopes: [componentId]
      evaluationFrequency: rule.value.evaluationFrequency
      windowSize: rule.value.windowSize
      overrideQueryTimeRange: rule.value.?overrideQueryTimeRange
      autoMitigate: rule.value.autoMitigate
      criteria: {
        allOf: [
          {
            query: queries[rule.key]
            operator: rule.value.operator
            threshold: rule.value.threshold
            timeAggregation: rule.value.timeAggregation
            failingPeriods: rule.value.failingPeriods
            // One alert for each value: another kind, or another registry, is told of although the first is still open.
            dimensions: rule.value.?dimensions ?? []
          }
        ]
      }
      actions: {
        actionGroups: [people.id]
      }
    }
  }
]
