"""The GraphQL schema: types, resolvers, loaders, limits and the service that answers operations."""
