/* eslint-disable */
import * as types from './graphql';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      errors {\n        message\n        field\n      }\n    }\n  }\n": typeof types.ChangePasswordDocument,
    "\n  query Find($search: String!) {\n    equipmentList(first: 8, filter: { search: $search }, orderBy: NAME_ASC) {\n      nodes {\n        id\n        name\n        serialNumber\n        status\n      }\n    }\n    operators(first: 4, filter: { search: $search, status: [ACTIVE] }) {\n      nodes {\n        id\n        firstName\n        lastName\n        assignedEquipment(first: 3) {\n          nodes {\n            id\n            name\n          }\n        }\n      }\n    }\n  }\n": typeof types.FindDocument,
    "\n  query EquipmentCounts(\n    $active: EquipmentFilter!\n    $maintenance: EquipmentFilter!\n    $inactive: EquipmentFilter!\n    $retired: EquipmentFilter!\n  ) {\n    ACTIVE: equipmentList(first: 1, filter: $active) {\n      totalCount\n    }\n    MAINTENANCE: equipmentList(first: 1, filter: $maintenance) {\n      totalCount\n    }\n    INACTIVE: equipmentList(first: 1, filter: $inactive) {\n      totalCount\n    }\n    RETIRED: equipmentList(first: 1, filter: $retired) {\n      totalCount\n    }\n  }\n": typeof types.EquipmentCountsDocument,
    "\n  query Categories($filter: EquipmentFilter!) {\n    categories(filter: $filter, first: 1000) {\n      category\n      count\n    }\n  }\n": typeof types.CategoriesDocument,
    "\n  query EquipmentDetail($id: ID!) {\n    equipment(id: $id) {\n      id\n      name\n      serialNumber\n      description\n      category\n      status\n      cost\n      manufacturer\n      model\n      year\n      inServiceOn\n      retiredOn\n      replacementValue\n      createdAt\n      updatedAt\n      version\n      user {\n        id\n        name\n      }\n      assignedOperator {\n        id\n        firstName\n        lastName\n      }\n      next: maintenanceRecords(first: 5, filter: { status: [PLANNED] }, orderBy: MAINTENANCE_DATE_ASC) {\n        nodes {\n          id\n          version\n          kind\n          status\n          maintenanceDate\n          description\n        }\n      }\n      records: maintenanceRecords(first: 100) {\n        nodes {\n          id\n          version\n          kind\n          status\n          maintenanceDate\n          description\n          cost\n          performedBy\n          downFrom\n          downTo\n          meterHours\n        }\n        totalCount\n      }\n      meterReadings(first: 100) {\n        nodes {\n          id\n          readAt\n          hours\n          replacement\n        }\n        totalCount\n      }\n      assignments(first: 50) {\n        nodes {\n          id\n          assignedAt\n          releasedAt\n          operator {\n            id\n            firstName\n            lastName\n          }\n        }\n      }\n    }\n  }\n": typeof types.EquipmentDetailDocument,
    "\n  query EquipmentPage($first: Int!, $offset: Int!, $filter: EquipmentFilter, $orderBy: EquipmentOrder!) {\n    equipmentList(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {\n      nodes {\n        ...EquipmentRow\n      }\n    }\n  }\n": typeof types.EquipmentPageDocument,
    "\n  fragment EquipmentRow on Equipment {\n    id\n    name\n    serialNumber\n    category\n    status\n    cost\n    createdAt\n    updatedAt\n    version\n    assignedOperator {\n      id\n      firstName\n      lastName\n    }\n    latestMaintenance {\n      id\n      maintenanceDate\n    }\n    nextMaintenance {\n      id\n      maintenanceDate\n    }\n    meterReadings(first: 1) {\n      nodes {\n        hours\n      }\n    }\n  }\n": typeof types.EquipmentRowFragmentDoc,
    "\n  mutation CreateEquipment($input: CreateEquipmentInput!, $key: String!) {\n    createEquipment(input: $input, idempotencyKey: $key) {\n      equipment {\n        id\n        name\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": typeof types.CreateEquipmentDocument,
    "\n  subscription EquipmentChanged {\n    equipmentChanged {\n      change\n      id\n      equipment {\n        ...EquipmentRow\n      }\n    }\n  }\n": typeof types.EquipmentChangedDocument,
    "\n  subscription MaintenanceRecorded {\n    maintenanceRecorded {\n      change\n      record {\n        id\n        equipment {\n          ...EquipmentRow\n        }\n      }\n    }\n  }\n": typeof types.MaintenanceRecordedDocument,
    "\n  mutation RecordMaintenance($input: RecordMaintenanceInput!, $key: String!) {\n    recordMaintenance(input: $input, idempotencyKey: $key) {\n      maintenanceRecord {\n        id\n        status\n      }\n      equipment {\n        ...EquipmentRow\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": typeof types.RecordMaintenanceDocument,
    "\n  mutation StartMaintenance($input: StartMaintenanceInput!, $key: String!) {\n    startMaintenance(input: $input, idempotencyKey: $key) {\n      maintenanceRecord {\n        id\n        status\n      }\n      equipment {\n        ...EquipmentRow\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": typeof types.StartMaintenanceDocument,
    "\n  mutation CompleteMaintenance($input: CompleteMaintenanceInput!, $key: String!) {\n    completeMaintenance(input: $input, idempotencyKey: $key) {\n      maintenanceRecord {\n        id\n        status\n      }\n      equipment {\n        ...EquipmentRow\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": typeof types.CompleteMaintenanceDocument,
    "\n  mutation CancelMaintenance($input: CancelMaintenanceInput!, $key: String!) {\n    cancelMaintenance(input: $input, idempotencyKey: $key) {\n      maintenanceRecord {\n        id\n        status\n      }\n      equipment {\n        ...EquipmentRow\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": typeof types.CancelMaintenanceDocument,
    "\n  query WorkCounts {\n    maintenanceSummary(filter: { status: [PLANNED, IN_PROGRESS] }, groupBy: [STATUS]) {\n      status\n      records\n    }\n  }\n": typeof types.WorkCountsDocument,
    "\n  query Viewer {\n    viewer {\n      id\n      name\n      email\n      role\n      passwordMustChange\n      company {\n        id\n        name\n        currency\n        timeZone\n      }\n    }\n  }\n": typeof types.ViewerDocument,
    "\n  query CurrentSession {\n    sessions {\n      current\n    }\n  }\n": typeof types.CurrentSessionDocument,
    "\n  query MachineHistory($id: ID!, $first: Int!) {\n    equipment(id: $id) {\n      history(first: $first) {\n        nodes {\n          id\n          action\n          at\n          user {\n            name\n          }\n          changes {\n            field\n            from\n            to\n          }\n        }\n        pageInfo {\n          hasNextPage\n        }\n      }\n    }\n  }\n": typeof types.MachineHistoryDocument,
    "\n  mutation DeleteEquipment($input: DeleteEquipmentInput!, $key: String!) {\n    deleteEquipment(input: $input, idempotencyKey: $key) {\n      deletedId\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": typeof types.DeleteEquipmentDocument,
    "\n  mutation RestoreEquipment($input: RestoreEquipmentInput!, $key: String!) {\n    restoreEquipment(input: $input, idempotencyKey: $key) {\n      equipment {\n        id\n        name\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": typeof types.RestoreEquipmentDocument,
    "\n  fragment Editable on Equipment {\n    id\n    name\n    serialNumber\n    category\n    status\n    cost\n    manufacturer\n    model\n    year\n    inServiceOn\n    replacementValue\n    description\n    version\n    updatedAt\n  }\n": typeof types.EditableFragmentDoc,
    "\n  mutation UpdateEquipment($input: UpdateEquipmentInput!, $key: String!) {\n    updateEquipment(input: $input, idempotencyKey: $key) {\n      equipment {\n        ...Editable\n      }\n      errors {\n        message\n        reason\n        field\n        ... on VersionConflict {\n          current {\n            ... on Equipment {\n              id\n              name\n              serialNumber\n              category\n              status\n              cost\n              manufacturer\n              model\n              year\n              inServiceOn\n              replacementValue\n              description\n              version\n              updatedAt\n            }\n          }\n        }\n      }\n    }\n  }\n": typeof types.UpdateEquipmentDocument,
    "\n  mutation UpdateEquipmentBatch($input: UpdateEquipmentBatchInput!, $key: String!) {\n    updateEquipmentBatch(input: $input, idempotencyKey: $key) {\n      results {\n        outcome\n        equipment {\n          ...EquipmentRow\n        }\n        errors {\n          message\n          reason\n        }\n      }\n      errors {\n        message\n        reason\n      }\n    }\n  }\n": typeof types.UpdateEquipmentBatchDocument,
    "\n  query EquipmentVersions($ids: [ID!]!) {\n    nodes(ids: $ids) {\n      id\n      ... on Equipment {\n        version\n      }\n    }\n  }\n": typeof types.EquipmentVersionsDocument,
    "\n  query Attention(\n    $overdue: MaintenanceRecordFilter!\n    $down: MaintenanceRecordFilter!\n    $due: MaintenanceRecordFilter!\n    $progress: MaintenanceRecordFilter!\n  ) {\n    overdue: maintenanceRecords(first: 1, filter: $overdue, orderBy: MAINTENANCE_DATE_ASC) {\n      ...AttentionList\n    }\n    down: maintenanceRecords(first: 1, filter: $down, orderBy: MAINTENANCE_DATE_ASC) {\n      ...AttentionList\n    }\n    due: maintenanceRecords(first: 1, filter: $due, orderBy: MAINTENANCE_DATE_ASC) {\n      ...AttentionList\n    }\n    progress: maintenanceRecords(first: 1, filter: $progress, orderBy: MAINTENANCE_DATE_DESC) {\n      ...AttentionList\n    }\n  }\n": typeof types.AttentionDocument,
    "\n  fragment AttentionList on MaintenanceRecordConnection {\n    totalCount\n    nodes {\n      id\n      maintenanceDate\n      downFrom\n      equipment {\n        id\n        name\n      }\n    }\n  }\n": typeof types.AttentionListFragmentDoc,
    "\n  query Costs($months: MaintenanceRecordFilter!, $sameDays: MaintenanceRecordFilter!, $year: MaintenanceRecordFilter!) {\n    byMonth: maintenanceSummary(filter: $months, groupBy: [MONTH, KIND], first: 1000) {\n      month\n      kind\n      totalCost\n    }\n    sameDays: maintenanceSummary(filter: $sameDays) {\n      totalCost\n    }\n    costliest: maintenanceSummary(filter: $year, groupBy: [EQUIPMENT], first: 6, orderBy: TOTAL_COST_DESC) {\n      totalCost\n      equipment {\n        id\n        name\n      }\n    }\n    year: maintenanceSummary(filter: $year) {\n      totalCost\n    }\n  }\n": typeof types.CostsDocument,
    "\n  query NewestWork {\n    maintenanceRecords(first: 8, filter: { status: [COMPLETED, IN_PROGRESS] }) {\n      nodes {\n        id\n        maintenanceDate\n        kind\n        status\n        description\n        performedBy\n        cost\n        equipment {\n          id\n          name\n        }\n      }\n    }\n  }\n": typeof types.NewestWorkDocument,
    "\n  fragment FleetStats on DashboardStats {\n    totalEquipment\n    averageCost\n    totalValue\n    statusCounts {\n      status\n      count\n    }\n    computedAt\n    sequence\n  }\n": typeof types.FleetStatsFragmentDoc,
    "\n  query FleetFigures($scope: StatsScope!) {\n    dashboardStats(scope: $scope) {\n      ...FleetStats\n    }\n  }\n": typeof types.FleetFiguresDocument,
    "\n  subscription FleetFiguresLive($scope: StatsScope!) {\n    dashboardStats(scope: $scope) {\n      ...FleetStats\n    }\n  }\n": typeof types.FleetFiguresLiveDocument,
    "\n  fragment WorkRow on MaintenanceRecord {\n    id\n    version\n    kind\n    status\n    maintenanceDate\n    description\n    performedBy\n    downFrom\n    downTo\n    equipment {\n      id\n      name\n      category\n      assignedOperator {\n        firstName\n        lastName\n      }\n    }\n  }\n": typeof types.WorkRowFragmentDoc,
    "\n  query Work($first: Int!, $offset: Int, $filter: MaintenanceRecordFilter!, $orderBy: MaintenanceRecordOrder!) {\n    maintenanceRecords(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {\n      totalCount\n      nodes {\n        ...WorkRow\n      }\n    }\n  }\n": typeof types.WorkDocument,
};
const documents: Documents = {
    "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      errors {\n        message\n        field\n      }\n    }\n  }\n": types.ChangePasswordDocument,
    "\n  query Find($search: String!) {\n    equipmentList(first: 8, filter: { search: $search }, orderBy: NAME_ASC) {\n      nodes {\n        id\n        name\n        serialNumber\n        status\n      }\n    }\n    operators(first: 4, filter: { search: $search, status: [ACTIVE] }) {\n      nodes {\n        id\n        firstName\n        lastName\n        assignedEquipment(first: 3) {\n          nodes {\n            id\n            name\n          }\n        }\n      }\n    }\n  }\n": types.FindDocument,
    "\n  query EquipmentCounts(\n    $active: EquipmentFilter!\n    $maintenance: EquipmentFilter!\n    $inactive: EquipmentFilter!\n    $retired: EquipmentFilter!\n  ) {\n    ACTIVE: equipmentList(first: 1, filter: $active) {\n      totalCount\n    }\n    MAINTENANCE: equipmentList(first: 1, filter: $maintenance) {\n      totalCount\n    }\n    INACTIVE: equipmentList(first: 1, filter: $inactive) {\n      totalCount\n    }\n    RETIRED: equipmentList(first: 1, filter: $retired) {\n      totalCount\n    }\n  }\n": types.EquipmentCountsDocument,
    "\n  query Categories($filter: EquipmentFilter!) {\n    categories(filter: $filter, first: 1000) {\n      category\n      count\n    }\n  }\n": types.CategoriesDocument,
    "\n  query EquipmentDetail($id: ID!) {\n    equipment(id: $id) {\n      id\n      name\n      serialNumber\n      description\n      category\n      status\n      cost\n      manufacturer\n      model\n      year\n      inServiceOn\n      retiredOn\n      replacementValue\n      createdAt\n      updatedAt\n      version\n      user {\n        id\n        name\n      }\n      assignedOperator {\n        id\n        firstName\n        lastName\n      }\n      next: maintenanceRecords(first: 5, filter: { status: [PLANNED] }, orderBy: MAINTENANCE_DATE_ASC) {\n        nodes {\n          id\n          version\n          kind\n          status\n          maintenanceDate\n          description\n        }\n      }\n      records: maintenanceRecords(first: 100) {\n        nodes {\n          id\n          version\n          kind\n          status\n          maintenanceDate\n          description\n          cost\n          performedBy\n          downFrom\n          downTo\n          meterHours\n        }\n        totalCount\n      }\n      meterReadings(first: 100) {\n        nodes {\n          id\n          readAt\n          hours\n          replacement\n        }\n        totalCount\n      }\n      assignments(first: 50) {\n        nodes {\n          id\n          assignedAt\n          releasedAt\n          operator {\n            id\n            firstName\n            lastName\n          }\n        }\n      }\n    }\n  }\n": types.EquipmentDetailDocument,
    "\n  query EquipmentPage($first: Int!, $offset: Int!, $filter: EquipmentFilter, $orderBy: EquipmentOrder!) {\n    equipmentList(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {\n      nodes {\n        ...EquipmentRow\n      }\n    }\n  }\n": types.EquipmentPageDocument,
    "\n  fragment EquipmentRow on Equipment {\n    id\n    name\n    serialNumber\n    category\n    status\n    cost\n    createdAt\n    updatedAt\n    version\n    assignedOperator {\n      id\n      firstName\n      lastName\n    }\n    latestMaintenance {\n      id\n      maintenanceDate\n    }\n    nextMaintenance {\n      id\n      maintenanceDate\n    }\n    meterReadings(first: 1) {\n      nodes {\n        hours\n      }\n    }\n  }\n": types.EquipmentRowFragmentDoc,
    "\n  mutation CreateEquipment($input: CreateEquipmentInput!, $key: String!) {\n    createEquipment(input: $input, idempotencyKey: $key) {\n      equipment {\n        id\n        name\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": types.CreateEquipmentDocument,
    "\n  subscription EquipmentChanged {\n    equipmentChanged {\n      change\n      id\n      equipment {\n        ...EquipmentRow\n      }\n    }\n  }\n": types.EquipmentChangedDocument,
    "\n  subscription MaintenanceRecorded {\n    maintenanceRecorded {\n      change\n      record {\n        id\n        equipment {\n          ...EquipmentRow\n        }\n      }\n    }\n  }\n": types.MaintenanceRecordedDocument,
    "\n  mutation RecordMaintenance($input: RecordMaintenanceInput!, $key: String!) {\n    recordMaintenance(input: $input, idempotencyKey: $key) {\n      maintenanceRecord {\n        id\n        status\n      }\n      equipment {\n        ...EquipmentRow\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": types.RecordMaintenanceDocument,
    "\n  mutation StartMaintenance($input: StartMaintenanceInput!, $key: String!) {\n    startMaintenance(input: $input, idempotencyKey: $key) {\n      maintenanceRecord {\n        id\n        status\n      }\n      equipment {\n        ...EquipmentRow\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": types.StartMaintenanceDocument,
    "\n  mutation CompleteMaintenance($input: CompleteMaintenanceInput!, $key: String!) {\n    completeMaintenance(input: $input, idempotencyKey: $key) {\n      maintenanceRecord {\n        id\n        status\n      }\n      equipment {\n        ...EquipmentRow\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": types.CompleteMaintenanceDocument,
    "\n  mutation CancelMaintenance($input: CancelMaintenanceInput!, $key: String!) {\n    cancelMaintenance(input: $input, idempotencyKey: $key) {\n      maintenanceRecord {\n        id\n        status\n      }\n      equipment {\n        ...EquipmentRow\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": types.CancelMaintenanceDocument,
    "\n  query WorkCounts {\n    maintenanceSummary(filter: { status: [PLANNED, IN_PROGRESS] }, groupBy: [STATUS]) {\n      status\n      records\n    }\n  }\n": types.WorkCountsDocument,
    "\n  query Viewer {\n    viewer {\n      id\n      name\n      email\n      role\n      passwordMustChange\n      company {\n        id\n        name\n        currency\n        timeZone\n      }\n    }\n  }\n": types.ViewerDocument,
    "\n  query CurrentSession {\n    sessions {\n      current\n    }\n  }\n": types.CurrentSessionDocument,
    "\n  query MachineHistory($id: ID!, $first: Int!) {\n    equipment(id: $id) {\n      history(first: $first) {\n        nodes {\n          id\n          action\n          at\n          user {\n            name\n          }\n          changes {\n            field\n            from\n            to\n          }\n        }\n        pageInfo {\n          hasNextPage\n        }\n      }\n    }\n  }\n": types.MachineHistoryDocument,
    "\n  mutation DeleteEquipment($input: DeleteEquipmentInput!, $key: String!) {\n    deleteEquipment(input: $input, idempotencyKey: $key) {\n      deletedId\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": types.DeleteEquipmentDocument,
    "\n  mutation RestoreEquipment($input: RestoreEquipmentInput!, $key: String!) {\n    restoreEquipment(input: $input, idempotencyKey: $key) {\n      equipment {\n        id\n        name\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n": types.RestoreEquipmentDocument,
    "\n  fragment Editable on Equipment {\n    id\n    name\n    serialNumber\n    category\n    status\n    cost\n    manufacturer\n    model\n    year\n    inServiceOn\n    replacementValue\n    description\n    version\n    updatedAt\n  }\n": types.EditableFragmentDoc,
    "\n  mutation UpdateEquipment($input: UpdateEquipmentInput!, $key: String!) {\n    updateEquipment(input: $input, idempotencyKey: $key) {\n      equipment {\n        ...Editable\n      }\n      errors {\n        message\n        reason\n        field\n        ... on VersionConflict {\n          current {\n            ... on Equipment {\n              id\n              name\n              serialNumber\n              category\n              status\n              cost\n              manufacturer\n              model\n              year\n              inServiceOn\n              replacementValue\n              description\n              version\n              updatedAt\n            }\n          }\n        }\n      }\n    }\n  }\n": types.UpdateEquipmentDocument,
    "\n  mutation UpdateEquipmentBatch($input: UpdateEquipmentBatchInput!, $key: String!) {\n    updateEquipmentBatch(input: $input, idempotencyKey: $key) {\n      results {\n        outcome\n        equipment {\n          ...EquipmentRow\n        }\n        errors {\n          message\n          reason\n        }\n      }\n      errors {\n        message\n        reason\n      }\n    }\n  }\n": types.UpdateEquipmentBatchDocument,
    "\n  query EquipmentVersions($ids: [ID!]!) {\n    nodes(ids: $ids) {\n      id\n      ... on Equipment {\n        version\n      }\n    }\n  }\n": types.EquipmentVersionsDocument,
    "\n  query Attention(\n    $overdue: MaintenanceRecordFilter!\n    $down: MaintenanceRecordFilter!\n    $due: MaintenanceRecordFilter!\n    $progress: MaintenanceRecordFilter!\n  ) {\n    overdue: maintenanceRecords(first: 1, filter: $overdue, orderBy: MAINTENANCE_DATE_ASC) {\n      ...AttentionList\n    }\n    down: maintenanceRecords(first: 1, filter: $down, orderBy: MAINTENANCE_DATE_ASC) {\n      ...AttentionList\n    }\n    due: maintenanceRecords(first: 1, filter: $due, orderBy: MAINTENANCE_DATE_ASC) {\n      ...AttentionList\n    }\n    progress: maintenanceRecords(first: 1, filter: $progress, orderBy: MAINTENANCE_DATE_DESC) {\n      ...AttentionList\n    }\n  }\n": types.AttentionDocument,
    "\n  fragment AttentionList on MaintenanceRecordConnection {\n    totalCount\n    nodes {\n      id\n      maintenanceDate\n      downFrom\n      equipment {\n        id\n        name\n      }\n    }\n  }\n": types.AttentionListFragmentDoc,
    "\n  query Costs($months: MaintenanceRecordFilter!, $sameDays: MaintenanceRecordFilter!, $year: MaintenanceRecordFilter!) {\n    byMonth: maintenanceSummary(filter: $months, groupBy: [MONTH, KIND], first: 1000) {\n      month\n      kind\n      totalCost\n    }\n    sameDays: maintenanceSummary(filter: $sameDays) {\n      totalCost\n    }\n    costliest: maintenanceSummary(filter: $year, groupBy: [EQUIPMENT], first: 6, orderBy: TOTAL_COST_DESC) {\n      totalCost\n      equipment {\n        id\n        name\n      }\n    }\n    year: maintenanceSummary(filter: $year) {\n      totalCost\n    }\n  }\n": types.CostsDocument,
    "\n  query NewestWork {\n    maintenanceRecords(first: 8, filter: { status: [COMPLETED, IN_PROGRESS] }) {\n      nodes {\n        id\n        maintenanceDate\n        kind\n        status\n        description\n        performedBy\n        cost\n        equipment {\n          id\n          name\n        }\n      }\n    }\n  }\n": types.NewestWorkDocument,
    "\n  fragment FleetStats on DashboardStats {\n    totalEquipment\n    averageCost\n    totalValue\n    statusCounts {\n      status\n      count\n    }\n    computedAt\n    sequence\n  }\n": types.FleetStatsFragmentDoc,
    "\n  query FleetFigures($scope: StatsScope!) {\n    dashboardStats(scope: $scope) {\n      ...FleetStats\n    }\n  }\n": types.FleetFiguresDocument,
    "\n  subscription FleetFiguresLive($scope: StatsScope!) {\n    dashboardStats(scope: $scope) {\n      ...FleetStats\n    }\n  }\n": types.FleetFiguresLiveDocument,
    "\n  fragment WorkRow on MaintenanceRecord {\n    id\n    version\n    kind\n    status\n    maintenanceDate\n    description\n    performedBy\n    downFrom\n    downTo\n    equipment {\n      id\n      name\n      category\n      assignedOperator {\n        firstName\n        lastName\n      }\n    }\n  }\n": types.WorkRowFragmentDoc,
    "\n  query Work($first: Int!, $offset: Int, $filter: MaintenanceRecordFilter!, $orderBy: MaintenanceRecordOrder!) {\n    maintenanceRecords(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {\n      totalCount\n      nodes {\n        ...WorkRow\n      }\n    }\n  }\n": types.WorkDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      errors {\n        message\n        field\n      }\n    }\n  }\n"): typeof import('./graphql').ChangePasswordDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Find($search: String!) {\n    equipmentList(first: 8, filter: { search: $search }, orderBy: NAME_ASC) {\n      nodes {\n        id\n        name\n        serialNumber\n        status\n      }\n    }\n    operators(first: 4, filter: { search: $search, status: [ACTIVE] }) {\n      nodes {\n        id\n        firstName\n        lastName\n        assignedEquipment(first: 3) {\n          nodes {\n            id\n            name\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').FindDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EquipmentCounts(\n    $active: EquipmentFilter!\n    $maintenance: EquipmentFilter!\n    $inactive: EquipmentFilter!\n    $retired: EquipmentFilter!\n  ) {\n    ACTIVE: equipmentList(first: 1, filter: $active) {\n      totalCount\n    }\n    MAINTENANCE: equipmentList(first: 1, filter: $maintenance) {\n      totalCount\n    }\n    INACTIVE: equipmentList(first: 1, filter: $inactive) {\n      totalCount\n    }\n    RETIRED: equipmentList(first: 1, filter: $retired) {\n      totalCount\n    }\n  }\n"): typeof import('./graphql').EquipmentCountsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Categories($filter: EquipmentFilter!) {\n    categories(filter: $filter, first: 1000) {\n      category\n      count\n    }\n  }\n"): typeof import('./graphql').CategoriesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EquipmentDetail($id: ID!) {\n    equipment(id: $id) {\n      id\n      name\n      serialNumber\n      description\n      category\n      status\n      cost\n      manufacturer\n      model\n      year\n      inServiceOn\n      retiredOn\n      replacementValue\n      createdAt\n      updatedAt\n      version\n      user {\n        id\n        name\n      }\n      assignedOperator {\n        id\n        firstName\n        lastName\n      }\n      next: maintenanceRecords(first: 5, filter: { status: [PLANNED] }, orderBy: MAINTENANCE_DATE_ASC) {\n        nodes {\n          id\n          version\n          kind\n          status\n          maintenanceDate\n          description\n        }\n      }\n      records: maintenanceRecords(first: 100) {\n        nodes {\n          id\n          version\n          kind\n          status\n          maintenanceDate\n          description\n          cost\n          performedBy\n          downFrom\n          downTo\n          meterHours\n        }\n        totalCount\n      }\n      meterReadings(first: 100) {\n        nodes {\n          id\n          readAt\n          hours\n          replacement\n        }\n        totalCount\n      }\n      assignments(first: 50) {\n        nodes {\n          id\n          assignedAt\n          releasedAt\n          operator {\n            id\n            firstName\n            lastName\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').EquipmentDetailDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EquipmentPage($first: Int!, $offset: Int!, $filter: EquipmentFilter, $orderBy: EquipmentOrder!) {\n    equipmentList(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {\n      nodes {\n        ...EquipmentRow\n      }\n    }\n  }\n"): typeof import('./graphql').EquipmentPageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment EquipmentRow on Equipment {\n    id\n    name\n    serialNumber\n    category\n    status\n    cost\n    createdAt\n    updatedAt\n    version\n    assignedOperator {\n      id\n      firstName\n      lastName\n    }\n    latestMaintenance {\n      id\n      maintenanceDate\n    }\n    nextMaintenance {\n      id\n      maintenanceDate\n    }\n    meterReadings(first: 1) {\n      nodes {\n        hours\n      }\n    }\n  }\n"): typeof import('./graphql').EquipmentRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateEquipment($input: CreateEquipmentInput!, $key: String!) {\n    createEquipment(input: $input, idempotencyKey: $key) {\n      equipment {\n        id\n        name\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n"): typeof import('./graphql').CreateEquipmentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription EquipmentChanged {\n    equipmentChanged {\n      change\n      id\n      equipment {\n        ...EquipmentRow\n      }\n    }\n  }\n"): typeof import('./graphql').EquipmentChangedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription MaintenanceRecorded {\n    maintenanceRecorded {\n      change\n      record {\n        id\n        equipment {\n          ...EquipmentRow\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').MaintenanceRecordedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RecordMaintenance($input: RecordMaintenanceInput!, $key: String!) {\n    recordMaintenance(input: $input, idempotencyKey: $key) {\n      maintenanceRecord {\n        id\n        status\n      }\n      equipment {\n        ...EquipmentRow\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n"): typeof import('./graphql').RecordMaintenanceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartMaintenance($input: StartMaintenanceInput!, $key: String!) {\n    startMaintenance(input: $input, idempotencyKey: $key) {\n      maintenanceRecord {\n        id\n        status\n      }\n      equipment {\n        ...EquipmentRow\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n"): typeof import('./graphql').StartMaintenanceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CompleteMaintenance($input: CompleteMaintenanceInput!, $key: String!) {\n    completeMaintenance(input: $input, idempotencyKey: $key) {\n      maintenanceRecord {\n        id\n        status\n      }\n      equipment {\n        ...EquipmentRow\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n"): typeof import('./graphql').CompleteMaintenanceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelMaintenance($input: CancelMaintenanceInput!, $key: String!) {\n    cancelMaintenance(input: $input, idempotencyKey: $key) {\n      maintenanceRecord {\n        id\n        status\n      }\n      equipment {\n        ...EquipmentRow\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n"): typeof import('./graphql').CancelMaintenanceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WorkCounts {\n    maintenanceSummary(filter: { status: [PLANNED, IN_PROGRESS] }, groupBy: [STATUS]) {\n      status\n      records\n    }\n  }\n"): typeof import('./graphql').WorkCountsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Viewer {\n    viewer {\n      id\n      name\n      email\n      role\n      passwordMustChange\n      company {\n        id\n        name\n        currency\n        timeZone\n      }\n    }\n  }\n"): typeof import('./graphql').ViewerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CurrentSession {\n    sessions {\n      current\n    }\n  }\n"): typeof import('./graphql').CurrentSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query MachineHistory($id: ID!, $first: Int!) {\n    equipment(id: $id) {\n      history(first: $first) {\n        nodes {\n          id\n          action\n          at\n          user {\n            name\n          }\n          changes {\n            field\n            from\n            to\n          }\n        }\n        pageInfo {\n          hasNextPage\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').MachineHistoryDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteEquipment($input: DeleteEquipmentInput!, $key: String!) {\n    deleteEquipment(input: $input, idempotencyKey: $key) {\n      deletedId\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n"): typeof import('./graphql').DeleteEquipmentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RestoreEquipment($input: RestoreEquipmentInput!, $key: String!) {\n    restoreEquipment(input: $input, idempotencyKey: $key) {\n      equipment {\n        id\n        name\n      }\n      errors {\n        message\n        reason\n        field\n      }\n    }\n  }\n"): typeof import('./graphql').RestoreEquipmentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Editable on Equipment {\n    id\n    name\n    serialNumber\n    category\n    status\n    cost\n    manufacturer\n    model\n    year\n    inServiceOn\n    replacementValue\n    description\n    version\n    updatedAt\n  }\n"): typeof import('./graphql').EditableFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateEquipment($input: UpdateEquipmentInput!, $key: String!) {\n    updateEquipment(input: $input, idempotencyKey: $key) {\n      equipment {\n        ...Editable\n      }\n      errors {\n        message\n        reason\n        field\n        ... on VersionConflict {\n          current {\n            ... on Equipment {\n              id\n              name\n              serialNumber\n              category\n              status\n              cost\n              manufacturer\n              model\n              year\n              inServiceOn\n              replacementValue\n              description\n              version\n              updatedAt\n            }\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').UpdateEquipmentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateEquipmentBatch($input: UpdateEquipmentBatchInput!, $key: String!) {\n    updateEquipmentBatch(input: $input, idempotencyKey: $key) {\n      results {\n        outcome\n        equipment {\n          ...EquipmentRow\n        }\n        errors {\n          message\n          reason\n        }\n      }\n      errors {\n        message\n        reason\n      }\n    }\n  }\n"): typeof import('./graphql').UpdateEquipmentBatchDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EquipmentVersions($ids: [ID!]!) {\n    nodes(ids: $ids) {\n      id\n      ... on Equipment {\n        version\n      }\n    }\n  }\n"): typeof import('./graphql').EquipmentVersionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Attention(\n    $overdue: MaintenanceRecordFilter!\n    $down: MaintenanceRecordFilter!\n    $due: MaintenanceRecordFilter!\n    $progress: MaintenanceRecordFilter!\n  ) {\n    overdue: maintenanceRecords(first: 1, filter: $overdue, orderBy: MAINTENANCE_DATE_ASC) {\n      ...AttentionList\n    }\n    down: maintenanceRecords(first: 1, filter: $down, orderBy: MAINTENANCE_DATE_ASC) {\n      ...AttentionList\n    }\n    due: maintenanceRecords(first: 1, filter: $due, orderBy: MAINTENANCE_DATE_ASC) {\n      ...AttentionList\n    }\n    progress: maintenanceRecords(first: 1, filter: $progress, orderBy: MAINTENANCE_DATE_DESC) {\n      ...AttentionList\n    }\n  }\n"): typeof import('./graphql').AttentionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment AttentionList on MaintenanceRecordConnection {\n    totalCount\n    nodes {\n      id\n      maintenanceDate\n      downFrom\n      equipment {\n        id\n        name\n      }\n    }\n  }\n"): typeof import('./graphql').AttentionListFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Costs($months: MaintenanceRecordFilter!, $sameDays: MaintenanceRecordFilter!, $year: MaintenanceRecordFilter!) {\n    byMonth: maintenanceSummary(filter: $months, groupBy: [MONTH, KIND], first: 1000) {\n      month\n      kind\n      totalCost\n    }\n    sameDays: maintenanceSummary(filter: $sameDays) {\n      totalCost\n    }\n    costliest: maintenanceSummary(filter: $year, groupBy: [EQUIPMENT], first: 6, orderBy: TOTAL_COST_DESC) {\n      totalCost\n      equipment {\n        id\n        name\n      }\n    }\n    year: maintenanceSummary(filter: $year) {\n      totalCost\n    }\n  }\n"): typeof import('./graphql').CostsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query NewestWork {\n    maintenanceRecords(first: 8, filter: { status: [COMPLETED, IN_PROGRESS] }) {\n      nodes {\n        id\n        maintenanceDate\n        kind\n        status\n        description\n        performedBy\n        cost\n        equipment {\n          id\n          name\n        }\n      }\n    }\n  }\n"): typeof import('./graphql').NewestWorkDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment FleetStats on DashboardStats {\n    totalEquipment\n    averageCost\n    totalValue\n    statusCounts {\n      status\n      count\n    }\n    computedAt\n    sequence\n  }\n"): typeof import('./graphql').FleetStatsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FleetFigures($scope: StatsScope!) {\n    dashboardStats(scope: $scope) {\n      ...FleetStats\n    }\n  }\n"): typeof import('./graphql').FleetFiguresDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription FleetFiguresLive($scope: StatsScope!) {\n    dashboardStats(scope: $scope) {\n      ...FleetStats\n    }\n  }\n"): typeof import('./graphql').FleetFiguresLiveDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment WorkRow on MaintenanceRecord {\n    id\n    version\n    kind\n    status\n    maintenanceDate\n    description\n    performedBy\n    downFrom\n    downTo\n    equipment {\n      id\n      name\n      category\n      assignedOperator {\n        firstName\n        lastName\n      }\n    }\n  }\n"): typeof import('./graphql').WorkRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Work($first: Int!, $offset: Int, $filter: MaintenanceRecordFilter!, $orderBy: MaintenanceRecordOrder!) {\n    maintenanceRecords(first: $first, offset: $offset, filter: $filter, orderBy: $orderBy) {\n      totalCount\n      nodes {\n        ...WorkRow\n      }\n    }\n  }\n"): typeof import('./graphql').WorkDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
