// The part of the fleet's schema that the queries need, and the resolvers that Apollo Server and Mercurius share.
import * as rows from './rows.mjs';

export const typeDefs = `
  type Query {
    equipmentList(first: Int!, filter: EquipmentFilter): EquipmentConnection!
    equipment(id: ID!): Equipment
    dashboardStats: DashboardStats!
  }
  input EquipmentFilter { search: String }
  type EquipmentConnection { nodes: [Equipment!]! pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean! }
  type Equipment {
    id: ID! name: String! serialNumber: String description: String category: String! status: String! cost: String
    createdAt: String! updatedAt: String! version: Int!
    assignedOperator: Operator
    maintenanceRecords(first: Int!): MaintenanceConnection!
    latestMaintenance: MaintenanceRecord
  }
  type Operator {
    id: ID! firstName: String! lastName: String! licenseNumber: String status: String!
    assignedEquipment(first: Int!): EquipmentConnection!
  }
  type MaintenanceConnection { nodes: [MaintenanceRecord!]! }
  type MaintenanceRecord {
    id: ID! maintenanceDate: String! kind: String! status: String! cost: String description: String
  }
  type DashboardStats {
    totalEquipment: Int! activeEquipment: Int! maintenanceEquipment: Int! averageCost: String totalValue: String!
    statusCounts: [StatusCount!]!
  }
  type StatusCount { status: String! count: Int! }
`;

export const Query = {
  equipmentList: async (_, { first, filter }) => {
    const list = await (filter?.search ? rows.search(filter.search, first) : rows.page(first));
    return { nodes: list.slice(0, first), pageInfo: { hasNextPage: list.length > first } };
  },
  equipment: (_, { id }) => rows.one(id),
  dashboardStats: () => rows.statistics(),
};
