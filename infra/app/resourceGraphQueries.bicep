metadata description = 'Queries for people, in the portal\'s Resource Graph Explorer. Those with <...> ask for something to be filled in.'

param tags { *: string }

var queries = {
  emptyGroups: loadTextContent('../queries/emptyGroups.kql')
  unreferencedArtifactManifests: loadTextContent('../queries/unreferencedArtifactManifests.kql')
  unreferencedFunctionDefinitions: loadTextContent('../queries/unreferencedFunctionDefinitions.kql')
  unreferencedSchemas: loadTextContent('../queries/unreferencedSchemas.kql')
  unreferencedServiceDesigns: loadTextContent('../queries/unreferencedServiceDesigns.kql')
  versionOfArtifactManifestById: loadTextContent('../queries/versionOfArtifactManifestById.kql')
  versionsOfArtifactManifest: loadTextContent('../queries/versionsOfArtifactManifest.kql')
}

resource shared 'Microsoft.ResourceGraph/queries@2024-04-01' = [
  for query in items(queries): {
    name: 'cleanup-${query.key}'
    location: 'global'
    tags: tags
    properties: {
      description: 'Clean-up of publisher artifacts: ${query.key}'
      query: query.value
    }
  }
]
