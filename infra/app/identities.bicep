metadata description = 'One identity a duty, so that what reads cannot delete, and what deletes cannot read.'

param location string

param tags { *: string }

@minLength(13)
@maxLength(13)
param resourceToken string

@description('Whether there is an identity that may restore.')
param restore bool

var restorerName = 'id-restorer-${resourceToken}'

resource observer 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-observer-${resourceToken}'
  location: location
  tags: tags
}

resource purger 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-purger-${resourceToken}'
  location: location
  tags: tags
}

resource restorer 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = if (restore) {
  name: restorerName
  location: location
  tags: tags
}

output ids string[] = restore
  ? [observer.id, purger.id, resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', restorerName)]
  : [observer.id, purger.id]
output observerId string = observer.id
output observerClientId string = observer.properties.clientId
output observerPrincipalId string = observer.properties.principalId
output purgerClientId string = purger.properties.clientId
output purgerPrincipalId string = purger.properties.principalId
output restorerClientId string = restore ? restorer!.properties.clientId : ''
output restorerPrincipalId string = restore ? restorer!.properties.principalId : ''
