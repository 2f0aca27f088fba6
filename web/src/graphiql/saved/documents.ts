import { graphql } from '../../graphql'

export const savedQueryFields = graphql(`
  fragment SavedQueryFields on SavedQuery {
    id
    name
    description
    document
    variables
    version
    updatedAt
    createdBy {
      id
      name
    }
    changedBy {
      name
    }
  }
`)

export const savedQueryDocument = graphql(`
  query SavedQuery($id: ID!) {
    savedQuery(id: $id) {
      ...SavedQueryFields
    }
  }
`)

export const savedQueriesDocument = graphql(`
  query SavedQueries($filter: SavedQueryFilter) {
    viewer {
      id
      role
    }
    savedQueries(first: 100, filter: $filter) {
      totalCount
      nodes {
        id
        name
        description
        updatedAt
        changedBy {
          name
        }
      }
    }
  }
`)

export const versionsDocument = graphql(`
  query SavedQueryVersions($id: ID!) {
    savedQuery(id: $id) {
      versions(first: 50) {
        totalCount
        nodes {
          number
          action
          name
          document
          variables
          savedAt
          savedBy {
            name
          }
        }
      }
    }
  }
`)

export const createDocument = graphql(`
  mutation CreateSavedQuery($input: CreateSavedQueryInput!) {
    createSavedQuery(input: $input) {
      savedQuery {
        ...SavedQueryFields
      }
      errors {
        message
        reason
        field
      }
    }
  }
`)

export const updateDocument = graphql(`
  mutation UpdateSavedQuery($input: UpdateSavedQueryInput!) {
    updateSavedQuery(input: $input) {
      savedQuery {
        ...SavedQueryFields
      }
      errors {
        message
        reason
        field
        ... on VersionConflict {
          current {
            ... on SavedQuery {
              id
              ...SavedQueryFields
            }
          }
        }
      }
    }
  }
`)

export const deleteDocument = graphql(`
  mutation DeleteSavedQuery($input: DeleteSavedQueryInput!) {
    deleteSavedQuery(input: $input) {
      deletedId
      errors {
        message
        reason
        field
      }
    }
  }
`)

export const restoreDocument = graphql(`
  mutation RestoreSavedQuery($input: RestoreSavedQueryInput!) {
    restoreSavedQuery(input: $input) {
      savedQuery {
        ...SavedQueryFields
      }
      errors {
        message
        reason
        field
      }
    }
  }
`)
