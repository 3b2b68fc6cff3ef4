metadata description = 'The main pictures, for people who live in the portal.'

param location string

param tags { *: string }

param componentId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: 'Clean-up of publisher artifacts'
    serializedData: loadTextContent('../workbook.json')
    sourceId: componentId
    version: '1.0'
  }
}
