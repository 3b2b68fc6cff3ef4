metadata description = 'The network of the app, and the private way to registries whose public access is disabled.'

param location string

param tags { *: string }

@minLength(13)
@maxLength(13)
param resourceToken string

param addressPrefix string

param privateRegistries string[]

var registrySuffix = environment().suffixes.acrLoginServer

resource virtualNetwork 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: 'vnet-${resourceToken}'
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [addressPrefix]
    }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 0)
          delegations: [
            {
              name: 'app'
              properties: {
                // What Flex Consumption asks for.
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 1)
          defaultOutboundAccess: false
        }
      }
    ]
  }
}

resource appSubnet 'Microsoft.Network/virtualNetworks/subnets@2024-07-01' existing = {
  parent: virtualNetwork
  name: 'app'
}

resource endpointSubnet 'Microsoft.Network/virtualNetworks/subnets@2024-07-01' existing = {
  parent: virtualNetwork
  name: 'endpoints'
}

resource registryZone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'privatelink${startsWith(registrySuffix, '.') ? '' : '.'}${registrySuffix}'
  location: 'global'
  tags: tags
}

resource registryLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: registryZone
  name: 'cleanup'
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    // A registry that has a private endpoint elsewhere, and none here, is still found by its public address.
    resolutionPolicy: 'NxDomainRedirect'
    virtualNetwork: {
      id: virtualNetwork.id
    }
  }
}

// Asked for, not taken: the registry belongs to its publisher, who approves the connection or does not.
resource registryEndpoints 'Microsoft.Network/privateEndpoints@2024-07-01' = [
  for registryId in privateRegistries: {
    name: 'pe-${take(last(split(registryId, '/')), 45)}-${uniqueString(registryId, resourceToken)}'
    location: location
    tags: tags
    properties: {
      subnet: {
        id: endpointSubnet.id
      }
      manualPrivateLinkServiceConnections: [
        {
          name: 'registry'
          properties: {
            privateLinkServiceId: registryId
            groupIds: ['registry']
            requestMessage: 'For the clean-up of untagged registry manifests'
          }
        }
      ]
    }
  }
]

resource registryZoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-07-01' = [
  for (registryId, index) in privateRegistries: {
    parent: registryEndpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: 'registry'
          properties: {
            privateDnsZoneId: registryZone.id
          }
        }
      ]
    }
    dependsOn: [
      registryLink
    ]
  }
]

output virtualNetworkId string = virtualNetwork.id
output appSubnetId string = appSubnet.id
output endpointSubnetId string = endpointSubnet.id
