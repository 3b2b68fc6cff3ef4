metadata description = 'What the service remembers, its queues, its journal, and the package that it runs from. Reached by identity only.'

param location string

param tags { *: string }

@minLength(13)
@maxLength(13)
param resourceToken string

param sku string

@description('Whether private endpoints are the only way to it.')
param isPrivate bool

param journalImmutabilityDays int

param journalRetentionDays int

// The host does not create the queues that functions listen on. What the app creates itself are tables, and the container `leases`.
var queueNames = [
  'inventory-registry'
  'inventory-registry-poison'
  'purge-registry'
  'purge-registry-poison'
  'run-stage'
  'run-stage-poison'
]
var packageContainerName = 'app-package'
var coolBytes = {
  name: 'coolBytes'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: {
      blobTypes: ['blockBlob']
      prefixMatch: ['journal/bytes/']
    }
    actions: {
      baseBlob: {
        tierToCool: {
          daysAfterModificationGreaterThan: 30
        }
      }
    }
  }
}
// By the type of the blob: journal files are append blobs, the bytes of what was deleted are block blobs.
var dropJournalFiles = {
  name: 'dropJournalFiles'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: {
      blobTypes: ['appendBlob']
      prefixMatch: ['journal/']
    }
    actions: {
      baseBlob: {
        delete: {
          daysAfterModificationGreaterThan: journalRetentionDays
        }
      }
    }
  }
}

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: 'st${resourceToken}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      // Else the lifecycle policy may be kept out, and says nothing of it.
      bypass: isPrivate ? 'AzureServices' : 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
    supportsHttpsTrafficOnly: true
  }
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 30
    }
    deleteRetentionPolicy: {
      enabled: true
      days: 30
    }
  }
}

resource journal 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobService
  name: 'journal'
  properties: {
    publicAccess: 'None'
  }
}

// Not locked: locking it is for good, and for a person to do. A locked one keeps the whole account from being deleted.
resource journalImmutability 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-01-01' = if (journalImmutabilityDays > 0) {
  parent: journal
  name: 'default'
  properties: {
    allowProtectedAppendWrites: true
    immutabilityPeriodSinceCreationInDays: journalImmutabilityDays
  }
}

resource packageContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobService
  name: packageContainerName
  properties: {
    publicAccess: 'None'
  }
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: journalRetentionDays > 0 ? [coolBytes, dropJournalFiles] : [coolBytes]
    }
  }
  dependsOn: [
    blobService
  ]
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-01-01' = [
  for queueName in queueNames: {
    parent: queueService
    name: queueName
  }
]

output name string = account.name
output packageContainer string = packageContainerName
