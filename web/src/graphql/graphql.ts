/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** A new meter. */
export type AddMeterInput = {
  /** The machine. */
  equipmentId: string | number;
  /** What the meter is called: 1 to 100 characters, another name than the machine's other meters have. */
  name: string;
  /** What the meter counts. */
  unit: MeterUnit;
};

/** A new reading of a machine's hour meter, or of a further meter. */
export type AddMeterReadingInput = {
  /** Whether the meter shows that although it can hardly be: more than have passed since the reading before, or fewer than the one after needs. */
  confirm?: boolean;
  /** The machine. */
  equipmentId: string | number;
  /** Engine hours, or what the further meter shows in its unit: 0 or more, at most one decimal place. */
  hours: string;
  /** The further meter of the machine that is read; without it, it is the hour meter. */
  meterId?: string | number | null | undefined;
  /** Time of the reading, default now. Not in the future. */
  readAt?: string | null | undefined;
  /** Whether this is the first reading of a replaced meter, which may be lower than the reading before. */
  replacement?: boolean;
};

/**
 * A property by which rows are grouped. Days, weeks, months, quarters and years are those of the company's
 * time zone. Between the first and the last one that has rows, the empty ones are groups as well, for each
 * combination of the other dimensions: at most 4,000 of them, and 200,000 with all combinations.
 */
export type AggregateDimension =
  /** The machine's category. */
  | 'CATEGORY'
  /** The day. */
  | 'DAY'
  /** The machine that was worked on. Only of maintenance records. */
  | 'EQUIPMENT'
  /** Kind of the work. Only of maintenance records. */
  | 'KIND'
  /** The machine's manufacturer. Machines without one are a group of their own. */
  | 'MANUFACTURER'
  /** The machine's model. Machines without one are a group of their own. */
  | 'MODEL'
  /** The month. */
  | 'MONTH'
  /** Operator of the machine: the present one of a machine; of a maintenance record the one assigned on the day to which it counts, the last one if there were several. Rows without an operator, or with one that is not visible to the viewer, are a group of their own. */
  | 'OPERATOR'
  /** The quarter of the calendar year. */
  | 'QUARTER'
  /** Site: where a machine is now; of a maintenance record the one where its machine was on the day to which it counts, the last one if there were several. Rows without a site, or with one that is not visible to the viewer, are a group of their own. */
  | 'SITE'
  /** Kind of the work in the source system. Only of maintenance records. */
  | 'SOURCE_KIND'
  /** Status of the machine, or of the work. */
  | 'STATUS'
  /** User responsible for the machine now. */
  | 'USER'
  /** The week, which begins on Monday; the label is that of ISO 8601, such as `2026-W09`. */
  | 'WEEK'
  /** The calendar year. */
  | 'YEAR';

/** A figure of a group, or of a number of its rows: see `NumberFigures`. */
export type AggregateFigure =
  /** Mean of the number. */
  | 'AVERAGE'
  /** Number of rows. With a number: of those that have it. */
  | 'COUNT'
  /** Highest value. */
  | 'MAX'
  /** Median. */
  | 'MEDIAN'
  /** Lowest value. */
  | 'MIN'
  /** Number of rows that do not have the number. */
  | 'MISSING'
  /** 90th percentile. */
  | 'P90'
  /** Sum of the number. */
  | 'SUM';

/** A number that rows have, and of which figures are computed. */
export type AggregateNumber =
  /** Purchase cost of machines, cost of maintenance records. */
  | 'COST'
  /** Hours of downtime. Only of maintenance records. */
  | 'DOWNTIME_HOURS'
  /** Cost of labour. Only of maintenance records. */
  | 'LABOUR_COST'
  /** Hours of labour. Only of maintenance records. */
  | 'LABOUR_HOURS'
  /** Hours of the last meter reading. Only of machines. */
  | 'METER_HOURS'
  /** Cost of parts. Only of maintenance records. */
  | 'PARTS_COST';

/** Order of groups by a figure. */
export type AggregateOrder = {
  /** The direction. */
  direction?: SortDirection;
  /** The figure. */
  figure?: AggregateFigure;
  /** The number that the figure is of. Left out, `figure` is the COUNT of all rows of the group. */
  number?: AggregateNumber | null | undefined;
};

/** What has become of an assignment plan. */
export type AssignmentPlanStatus =
  /** It was cancelled. */
  | 'CANCELLED'
  /** It was carried out. */
  | 'CARRIED_OUT'
  /** It could not be carried out, or not to its end: `droppedBecause` says why. */
  | 'DROPPED'
  /** Its time has not come. */
  | 'PLANNED'
  /** Its operator has the machine until the end of the plan. */
  | 'STARTED';

/** Outcomes of an update of a batch. */
export type BatchOutcome =
  /** The update was applied. */
  | 'APPLIED'
  /** The update failed; `errors` has the reasons. */
  | 'FAILED'
  /** The request ended before the update was started. */
  | 'NOT_RUN'
  /** The update is valid but was not applied, because of a dry run or of another failure in an atomic batch. */
  | 'ROLLED_BACK';

/** An assignment plan to cancel. */
export type CancelAssignmentPlanInput = {
  /** The plan. */
  assignmentPlanId: string | number;
  /** Why it is cancelled: 1 to 500 characters. The history has it. */
  reason?: string | null | undefined;
};

/** Work to cancel. */
export type CancelMaintenanceInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the record has changed since. */
  expectedVersion?: number | null | undefined;
  /** The record. */
  maintenanceRecordId: string | number;
};

/** Kinds of changes to a row. */
export type ChangeKind =
  /** The row is new. */
  | 'CREATED'
  /** The row was deleted or does not match the filter. Remove it if it is shown. */
  | 'REMOVED'
  /** Any row may have changed, because of many changes at once or a gap in the change feed. Reload what is shown. */
  | 'RESYNC'
  /** The row has changed. */
  | 'UPDATED';

/** Changes of a meter. A field that is left out stays unchanged. */
export type ChangeMeterInput = {
  /** The meter. */
  meterId: string | number;
  /** What the meter is called: 1 to 100 characters; not null. */
  name?: string | null | undefined;
  /** What the meter counts; not null. Only while the meter has no readings. */
  unit?: MeterUnit | null | undefined;
};

/** The viewer's current password and the new one. */
export type ChangePasswordInput = {
  /** The current password. */
  current: string;
  /** The new password: 12 to 200 characters and not easy to guess. */
  new: string;
};

/** Completion of work. A field that is left out stays unchanged; null clears it. */
export type CompleteMaintenanceInput = {
  /** When the work was completed, not in the future. Default now; unknown when it is null, or left out while `maintenanceDate` is another day than today. */
  completedAt?: string | null | undefined;
  /** Whether the meter showed `meterHours` although they do not fit to its readings. */
  confirm?: boolean;
  /** Total cost; null for unknown, 0 for free of charge. When `labourCost` and `partsCost` alone are given, it is their sum; given alone, it clears them. */
  cost?: string | null | undefined;
  /** Description of the work, at most 10,000 characters. */
  description?: string | null | undefined;
  /** Start of the downtime. Null: the work caused none. */
  downFrom?: string | null | undefined;
  /** End of the downtime, not in the future; default `completedAt`, or now when that is unknown. */
  downTo?: string | null | undefined;
  /** Version that the client has read. When given, a CONFLICT is reported if the record has changed since. */
  expectedVersion?: number | null | undefined;
  /** Cost of labour; given together with `partsCost` or not at all. */
  labourCost?: string | null | undefined;
  /** Hours of labour of all people together, at most two decimal places. Negative in a reversal alone. */
  labourHours?: string | null | undefined;
  /** Day that the work counts to; not null, not in the future. Default: the day of `completedAt` in the company's time zone, today when it is unknown. */
  maintenanceDate?: string | null | undefined;
  /** The record. */
  maintenanceRecordId: string | number;
  /** Hour meter reading in engine hours, at most one decimal place. It has to fit between the readings of the meter before and after the work, unless `confirm` is true. */
  meterHours?: string | null | undefined;
  /** Cost of parts and material; given together with `labourCost` or not at all. */
  partsCost?: string | null | undefined;
  /** Person or workshop that did the work, at most 200 characters. */
  performedBy?: string | null | undefined;
  /** When the work began. Null: unknown. */
  startedAt?: string | null | undefined;
};

/** Correct values of an assignment. A field that is left out stays unchanged. */
export type CorrectAssignmentInput = {
  /** Start of the assignment; not null, not in the future. */
  assignedAt?: string | null | undefined;
  /** The assignment. */
  assignmentId: string | number;
  /** The operator; not null. Only an ACTIVE one can have a machine now. */
  operatorId?: string | number | null | undefined;
  /** Why the assignment is corrected: 1 to 500 characters. The history has it. */
  reason: string;
  /** End of the assignment, not in the future. Null: the operator runs the machine now. */
  releasedAt?: string | null | undefined;
};

/** Correct values of a record. A field that is left out stays unchanged; null clears it. */
export type CorrectMaintenanceInput = {
  /** When the work was completed. Null: unknown. */
  completedAt?: string | null | undefined;
  /** Whether the meter showed `meterHours` although they do not fit to its readings. */
  confirm?: boolean;
  /** Total cost; null for unknown, 0 for free of charge. When `labourCost` and `partsCost` alone are given, it is their sum; given alone, it clears them. */
  cost?: string | null | undefined;
  /** Description of the work, at most 10,000 characters. */
  description?: string | null | undefined;
  /** Start of the downtime. */
  downFrom?: string | null | undefined;
  /** End of the downtime. In the future it is the expected end, which open work alone may have. */
  downTo?: string | null | undefined;
  /** Day on which the work is due, or was due. Putting planned work off leaves `firstDueDate` as it is. Not null while the work is planned. */
  dueDate?: string | null | undefined;
  /** Version that the client has read. A CONFLICT is reported if the record has changed since. */
  expectedVersion: number;
  /** Day on which the work was due at first. Null: the due date. */
  firstDueDate?: string | null | undefined;
  /** Reason for the work; not null. */
  kind?: MaintenanceKind | null | undefined;
  /** Cost of labour; given together with `partsCost` or not at all. */
  labourCost?: string | null | undefined;
  /** Hours of labour of all people together, at most two decimal places. Negative in a reversal alone. */
  labourHours?: string | null | undefined;
  /** Day that the work counts to; not null. For planned work this is the due date, and either of both changes the other. For work that has begun it follows `startedAt` or `completedAt` unless it is given, or was given before. */
  maintenanceDate?: string | null | undefined;
  /** The record. */
  maintenanceRecordId: string | number;
  /** Hour meter reading in engine hours, at most one decimal place. It has to fit between the readings of the meter before and after the work, unless `confirm` is true. */
  meterHours?: string | null | undefined;
  /** Cost of parts and material; given together with `labourCost` or not at all. */
  partsCost?: string | null | undefined;
  /** Person or workshop that did the work, at most 200 characters. */
  performedBy?: string | null | undefined;
  /** Why the record is corrected, at most 500 characters. The history has it. */
  reason?: string | null | undefined;
  /** The record that this one reverses, of the same machine. It is no reversal itself and has no other one; `cost` is below 0. Null: the record reverses none. */
  reversalOfId?: string | number | null | undefined;
  /** When the work began. Null: unknown. */
  startedAt?: string | null | undefined;
};

/** Correct values of a meter reading. A field that is left out stays unchanged. */
export type CorrectMeterReadingInput = {
  /** Whether the meter showed that although it can hardly be. */
  confirm?: boolean;
  /** Engine hours, or what the further meter showed in its unit: 0 or more, at most one decimal place; not null. */
  hours?: string | null | undefined;
  /** The reading. */
  meterReadingId: string | number;
  /** Time of the reading; not null, not in the future. */
  readAt?: string | null | undefined;
  /** Why the reading is corrected: 1 to 500 characters. The history of the machine has it. */
  reason: string;
  /** Whether this is the first reading of a replaced meter; not null. */
  replacement?: boolean | null | undefined;
};

/** A new machine. */
export type CreateEquipmentInput = {
  /** The kind of machine, such as `Excavator`: 1 to 100 characters. A category that other machines have, ignoring case, accents and blanks, is spelled as they spell it. */
  category: string;
  /** Purchase cost in the company's currency: 0 or more, at most two decimal places. */
  cost?: string | null | undefined;
  /** Free text about the machine, at most 10,000 characters. */
  description?: string | null | undefined;
  /** First day in service: 1950 to a year from now. */
  inServiceOn?: string | null | undefined;
  /** Manufacturer, at most 100 characters. One that other machines have, ignoring case, accents and blanks, is spelled as they spell it. */
  manufacturer?: string | null | undefined;
  /** Model, at most 100 characters; spelled as other machines spell it, as the manufacturer is. */
  model?: string | null | undefined;
  /** Name of the machine: 1 to 200 characters. */
  name: string;
  /** What a new machine of its kind costs, in the company's currency: more than 0, at most two decimal places. */
  replacementValue?: string | null | undefined;
  /** Last day in service, only of a RETIRED machine: today or earlier, not before `inServiceOn`. Unknown unless it is given. */
  retiredOn?: string | null | undefined;
  /** Hours a week that the machine is meant to run: more than 0, at most 168, one decimal place. Null for those of the company. */
  scheduledHoursPerWeek?: string | null | undefined;
  /** The manufacturer's serial number, at most 100 characters; unique in the company, ignoring case, accents and blanks. */
  serialNumber?: string | null | undefined;
  /** Operating status. */
  status?: EquipmentStatus;
  /** The user responsible for the machine. */
  userId?: string | number | null | undefined;
  /** Year of manufacture: 1900 to the next year. */
  year?: number | null | undefined;
};

/** A new paper, of a machine or of an operator. */
export type CreatePaperInput = {
  /** The machine. Left out for a paper of an operator. */
  equipmentId?: string | number | null | undefined;
  /** Day on which it was issued, not after `validUntil`. */
  issuedOn?: string | null | undefined;
  /** Kind of paper. */
  kind: PaperKind;
  /** Free text, at most 2,000 characters. */
  note?: string | null | undefined;
  /** Number on the paper, at most 100 characters. */
  number?: string | null | undefined;
  /** The operator. Left out for a paper of a machine. */
  operatorId?: string | number | null | undefined;
  /** Last day on which it is valid. */
  validUntil: string;
};

/** A query to save. */
export type CreateSavedQueryInput = {
  /** What the query is for, at most 2,000 characters. */
  description?: string | null | undefined;
  /** A GraphQL document with at least one operation: at most 100,000 bytes, without access tokens. */
  document: string;
  /** Name: 1 to 200 characters; unique in the company, without regard to case, accents and blanks. */
  name: string;
  /** Variables of the document as JSON, which may have comments: at most 100,000 bytes, without access tokens. Every user that opens the query sees them. */
  variables?: string | null | undefined;
};

/** A new service schedule. It applies to `equipmentId`, to `category`, or to `manufacturer` and `model`. */
export type CreateServiceScheduleInput = {
  /** The category of the machines: 1 to 100 characters. */
  category?: string | null | undefined;
  /** The machine, of a schedule of one machine. */
  equipmentId?: string | number | null | undefined;
  /** Estimated cost of one service, 0 or more. */
  estimatedCost?: string | null | undefined;
  /** Estimated duration of one service in hours, 0 or more. */
  estimatedHours?: string | null | undefined;
  /** Engine hours, over replacements of the hour meter, at which the first service is due, default an interval after the last time. */
  firstDueHours?: string | null | undefined;
  /** Day on which the first service is due, default an interval after `lastDoneOn`. */
  firstDueOn?: string | null | undefined;
  /** Days from one service to the next: 1 to 36,500. One of `intervalDays` and `intervalHours` is needed; with both, whichever comes first counts. */
  intervalDays?: number | null | undefined;
  /** Engine hours from one service to the next, more than 0, at most one decimal place. */
  intervalHours?: string | null | undefined;
  /** Kind of the work. */
  kind?: MaintenanceKind;
  /** Engine hours, over replacements of the hour meter, at which it was done then; only of a schedule of one machine. The default are the hours of each machine on that day. */
  lastDoneHours?: string | null | undefined;
  /** Day on which the work was done last, default the day on which the schedule is made. Cannot be combined with `firstDueOn`. */
  lastDoneOn?: string | null | undefined;
  /** How many days before it is due the work is planned: 0 to 3,650. */
  leadDays?: number;
  /** How many engine hours before it is due the work is planned. */
  leadHours?: string | null | undefined;
  /** The manufacturer of the machines: 1 to 100 characters. Given with `model`. */
  manufacturer?: string | null | undefined;
  /** The model of the machines: 1 to 100 characters. Given with `manufacturer`. */
  model?: string | null | undefined;
  /** Days of each year on which nothing falls due by days: at most 12 pauses. */
  pauses?: Array<SeasonalPauseInput>;
  /** From where the next service is counted. */
  recurrence?: ServiceRecurrence;
  /** What is done: 1 to 200 characters. */
  title: string;
};

/** A new site. */
export type CreateSiteInput = {
  /** Address, at most 500 characters. */
  address?: string | null | undefined;
  /** What the company calls the site in short, at most 50 characters; unique in the company as the name is. */
  code?: string | null | undefined;
  /** Name: 1 to 200 characters; unique in the company, without regard to case, accents and blanks. */
  name: string;
  /** IANA time zone, such as `Europe/Berlin`. Left out, it is that of the company. */
  timeZone?: string | null | undefined;
};

/** Condition on a day. A row has to meet all that are given. */
export type DateFilter = {
  /** After this day. */
  gt?: string | null | undefined;
  /** On or after this day. */
  gte?: string | null | undefined;
  /** True for rows without a value, false for rows with one. */
  isNull?: boolean | null | undefined;
  /** Before this day. */
  lt?: string | null | undefined;
  /** On or before this day. */
  lte?: string | null | undefined;
};

/** Condition on a time. A row has to meet all that are given. */
export type DateTimeFilter = {
  /** After this time. */
  gt?: string | null | undefined;
  /** At or after this time. */
  gte?: string | null | undefined;
  /** True for rows without a value, false for rows with one. */
  isNull?: boolean | null | undefined;
  /** Before this time. */
  lt?: string | null | undefined;
  /** At or before this time. */
  lte?: string | null | undefined;
};

/** Condition on a decimal number. A row has to meet all that are given. */
export type DecimalFilter = {
  /** More than this. */
  gt?: string | null | undefined;
  /** At least this. */
  gte?: string | null | undefined;
  /** True for rows without a value, false for rows with one. */
  isNull?: boolean | null | undefined;
  /** Less than this. */
  lt?: string | null | undefined;
  /** At most this. */
  lte?: string | null | undefined;
};

/** An assignment to delete. */
export type DeleteAssignmentInput = {
  /** The assignment. */
  assignmentId: string | number;
  /** Why the assignment is deleted: 1 to 500 characters. The history has it. */
  reason: string;
};

/** A machine to delete. */
export type DeleteEquipmentInput = {
  /** The machine. */
  equipmentId: string | number;
  /** Version that the client has read. When given, a CONFLICT is reported if the machine has changed since. */
  expectedVersion?: number | null | undefined;
  /** What becomes of planned and running work on the machine. */
  openWork?: OpenWork;
};

/** A record to delete. */
export type DeleteMaintenanceInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the record has changed since. */
  expectedVersion?: number | null | undefined;
  /** The record. */
  maintenanceRecordId: string | number;
  /** Why the record is deleted: 1 to 500 characters. The history has it. */
  reason: string;
};

/** A meter to delete. */
export type DeleteMeterInput = {
  /** The meter. */
  meterId: string | number;
};

/** A paper to delete. */
export type DeletePaperInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the paper has changed since. */
  expectedVersion?: number | null | undefined;
  /** The paper. */
  paperId: string | number;
};

/** A saved query to delete. */
export type DeleteSavedQueryInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the saved query has changed since. */
  expectedVersion?: number | null | undefined;
  /** The saved query. */
  savedQueryId: string | number;
};

/** A service schedule to delete. */
export type DeleteServiceScheduleInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the schedule has changed since. */
  expectedVersion?: number | null | undefined;
  /** The schedule. */
  serviceScheduleId: string | number;
};

/** A site to delete. */
export type DeleteSiteInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the site has changed since. */
  expectedVersion?: number | null | undefined;
  /** The site. */
  siteId: string | number;
};

/** How a list treats deleted rows. */
export type DeletedRows =
  /** Deleted rows beside the others. */
  | 'INCLUDE'
  /** Deleted rows alone. */
  | 'ONLY';

/** How near work is today, in the company's time zone. */
export type DueStatus =
  /** Within the lead time, or due today. */
  | 'DUE'
  /** The due day has passed, or the meter shows more hours than those at which the work is due. */
  | 'OVERDUE'
  /** Further away than the lead time. */
  | 'UPCOMING';

/**
 * Filter on machines; a row has to meet all conditions that are given. Null is refused:
 * leave a condition out, or ask with `isNull`. A list has 1 to 100 values and matches any
 * of them. Filters nest to 5 levels and have at most 50 conditions in all.
 */
export type EquipmentFilter = {
  /** Machines that match all of these filters as well. */
  and?: Array<EquipmentFilter> | null | undefined;
  /** Any of these categories, ignoring case, accents and blanks. */
  category?: Array<string> | null | undefined;
  /** Purchase cost. Bounds exclude machines of unknown cost. */
  cost?: DecimalFilter | null | undefined;
  /** When the machine was added. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Deleted machines, which have left all lists and figures: ONLY them, or INCLUDE them. Takes the role MANAGER; only in the outermost filter. */
  deleted?: DeletedRows | null | undefined;
  /** Any of these machines. */
  ids?: Array<string | number> | null | undefined;
  /** First day in service. Bounds exclude machines of which it is unknown. */
  inServiceOn?: DateFilter | null | undefined;
  /** Manufacturer, ignoring case, accents and blanks. */
  manufacturer?: StringFilter | null | undefined;
  /** Model, ignoring case, accents and blanks. */
  model?: StringFilter | null | undefined;
  /** Machines that do not match this filter. A row without a value does not meet a condition on the value. */
  not?: EquipmentFilter | null | undefined;
  /** The operator currently assigned to the machine. */
  operator?: IdFilter | null | undefined;
  /** Machines that match any of these filters as well. */
  or?: Array<EquipmentFilter> | null | undefined;
  /** Replacement value. Bounds exclude machines of unknown value. */
  replacementValue?: DecimalFilter | null | undefined;
  /** Last day in service. Bounds exclude machines without it. */
  retiredOn?: DateFilter | null | undefined;
  /** Hours a week that are the machine's own. Bounds exclude machines that have those of the company. */
  scheduledHoursPerWeek?: DecimalFilter | null | undefined;
  /** Search words. Each has to occur in name, serial number, category or description: words of three letters or more anywhere in a word, shorter ones at the beginning of a word. Case and accents are ignored. At most 200 characters and 10 words; a word without a letter or digit is ignored. */
  search?: string | null | undefined;
  /** Serial number, ignoring case, accents and blanks. */
  serialNumber?: StringFilter | null | undefined;
  /** The site where the machine is now; `isNull: true` for machines at no site. */
  site?: IdFilter | null | undefined;
  /** Any of these statuses. */
  status?: Array<EquipmentStatus> | null | undefined;
  /** When the machine was last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
  /** The responsible user. */
  user?: IdFilter | null | undefined;
  /** Year of manufacture. Bounds exclude machines of unknown year. */
  year?: IntFilter | null | undefined;
};

/** Sort orders of machines. Ties are broken by id. */
export type EquipmentOrder =
  /** Lowest cost first; machines of unknown cost come before all others. */
  | 'COST_ASC'
  /** Highest cost first; machines of unknown cost come last. */
  | 'COST_DESC'
  /** Oldest first. */
  | 'CREATED_AT_ASC'
  /** Newest first. */
  | 'CREATED_AT_DESC'
  /** Longest in service first; machines of which the day is unknown come before all others. */
  | 'IN_SERVICE_ON_ASC'
  /** Shortest in service first; machines of which the day is unknown come last. */
  | 'IN_SERVICE_ON_DESC'
  /** By manufacturer, ascending, compared as names are; machines without one come before all others. */
  | 'MANUFACTURER_ASC'
  /** By manufacturer, descending, as MANUFACTURER_ASC; machines without one come last. */
  | 'MANUFACTURER_DESC'
  /** By model, ascending, compared as names are; machines without one come before all others. */
  | 'MODEL_ASC'
  /** By model, descending, as MODEL_ASC; machines without one come last. */
  | 'MODEL_DESC'
  /** By name, ascending, ignoring case, in the order of the Unicode locale data; numbers in names by their value: "Crane 2" before "Crane 10". */
  | 'NAME_ASC'
  /** By name, descending, as NAME_ASC. */
  | 'NAME_DESC'
  /** Lowest replacement value first; machines of unknown value come before all others. */
  | 'REPLACEMENT_VALUE_ASC'
  /** Highest replacement value first; machines of unknown value come last. */
  | 'REPLACEMENT_VALUE_DESC'
  /** First retired first; machines without the day come before all others. */
  | 'RETIRED_ON_ASC'
  /** Last retired first; machines without the day come last. */
  | 'RETIRED_ON_DESC'
  /** By serial number, ascending, compared as names are; machines without one come before all others. */
  | 'SERIAL_NUMBER_ASC'
  /** By serial number, descending, as SERIAL_NUMBER_ASC; machines without one come last. */
  | 'SERIAL_NUMBER_DESC'
  /** Last changed last. */
  | 'UPDATED_AT_ASC'
  /** Last changed first. */
  | 'UPDATED_AT_DESC'
  /** Oldest year of manufacture first; machines of unknown year come before all others. */
  | 'YEAR_ASC'
  /** Newest year of manufacture first; machines of unknown year come last. */
  | 'YEAR_DESC';

/** Operating status of a machine. */
export type EquipmentStatus =
  /** In operation. */
  | 'ACTIVE'
  /** Not in use, but ready for operation. */
  | 'INACTIVE'
  /** Out of operation for maintenance. */
  | 'MAINTENANCE'
  /** Permanently out of operation. */
  | 'RETIRED';

/** Why a mutation was refused. More reasons may be added: treat one that is unknown by its `code`. */
export type ErrorReason =
  /** Another change was made at the same time: try again. */
  | 'CONCURRENT'
  /** Readings of a meter would decrease. */
  | 'DECREASING'
  /** The value can hardly be true, such as more hours on a meter than have passed. `confirm: true` says that it is. */
  | 'IMPLAUSIBLE'
  /** Server error in one item of a batch. */
  | 'INTERNAL'
  /** The value is not allowed; `message` has what is. */
  | 'INVALID'
  /** The row is still in use: a machine that is not deleted cannot be purged, and one with open downtime cannot be put to work. */
  | 'IN_USE'
  /** The idempotency key was used with another input. */
  | 'KEY_REUSED'
  /** The company would have no administrator. */
  | 'LAST_ADMIN'
  /** The company has no such row, or it is not visible to the viewer. */
  | 'NOT_FOUND'
  /** The user has no password, and signs in through the company's identity provider. */
  | 'NO_PASSWORD'
  /** The machine has another operator within this period. */
  | 'OVERLAP'
  /** The row has changed since the client read it: see `VersionConflict`. */
  | 'STALE_VERSION'
  /** Another row has this value, which must be unique: a serial number, a licence number, an e-mail address, the name of a company or an access token, the operator of a user, the time of a meter reading. */
  | 'TAKEN'
  /** There are as many as are allowed: access tokens of the user, saved queries of the company. */
  | 'TOO_MANY'
  /** The status of the machine, the operator or the work does not allow the change. */
  | 'TRANSITION'
  /** The database did not answer for one item of a batch. */
  | 'UNAVAILABLE';

/** Why there is no forecast of the day on which engine hours are reached. */
export type ForecastReason =
  /** The schedule does not count hours. */
  | 'NOT_BY_HOURS'
  /** The machine has not run between the readings. */
  | 'NOT_USED'
  /** The machine has no meter readings. */
  | 'NO_READINGS'
  /** The day is more than ten years after the last reading. */
  | 'TOO_FAR'
  /** All readings of the last 90 days are within one day. */
  | 'TOO_FEW_READINGS';

/** Kinds of changes in the audit history. */
export type HistoryAction =
  /** An operator was assigned to a machine; recorded for both. */
  | 'ASSIGNED'
  /** An assignment was corrected; recorded for the machine and its operators. */
  | 'ASSIGNMENT_CORRECTED'
  /** An assignment was deleted; recorded for the machine and the operator. */
  | 'ASSIGNMENT_DELETED'
  /** An assignment was planned ahead; recorded for the machine and the operator. */
  | 'ASSIGNMENT_PLANNED'
  /** An assignment plan was cancelled; recorded for the machine and the operator. */
  | 'ASSIGNMENT_PLAN_CANCELLED'
  /** An assignment plan was dropped, because it could not be carried out; recorded for the machine and the operator. */
  | 'ASSIGNMENT_PLAN_DROPPED'
  /** Work was cancelled. */
  | 'CANCELLED'
  /** Work was completed. */
  | 'COMPLETED'
  /** Wrong values were corrected. */
  | 'CORRECTED'
  /** The row was added. */
  | 'CREATED'
  /** The row was deleted; it can be restored. */
  | 'DELETED'
  /** Rows were imported from a file. */
  | 'IMPORTED'
  /** The machine was merged with another one that is the same; recorded for both. */
  | 'MERGED'
  /** A further meter was added to the machine. */
  | 'METER_ADDED'
  /** A further meter of the machine was changed. */
  | 'METER_CHANGED'
  /** A reading of a meter of the machine was corrected. */
  | 'METER_CORRECTED'
  /** A further meter of the machine was deleted. */
  | 'METER_DELETED'
  /** A meter of the machine was read. */
  | 'METER_READ'
  /** A reading of a meter of the machine was voided. */
  | 'METER_VOIDED'
  /** The row was moved to another machine. */
  | 'MOVED'
  /** A user changed the password. */
  | 'PASSWORD_CHANGED'
  /** An administrator reset the password. */
  | 'PASSWORD_RESET'
  /** A service schedule was paused. */
  | 'PAUSED'
  /** The row was deleted permanently, with all rows that belonged to it. */
  | 'PURGED'
  /** An operator was released from a machine; recorded for both. */
  | 'RELEASED'
  /** Work that had been completed or cancelled was reopened. */
  | 'REOPENED'
  /** The row was restored. */
  | 'RESTORED'
  /** A service schedule was resumed. */
  | 'RESUMED'
  /** An operator left the company. */
  | 'RETIRED'
  /** An access token was revoked. */
  | 'REVOKED'
  /** An administrator ended a session of the user. */
  | 'SIGNED_OUT'
  /** The machine was moved to a site, or away from one; recorded for the machine and its sites. */
  | 'SITE_MOVED'
  /** A move to a site was corrected; recorded for the machine and its sites. */
  | 'SITE_MOVE_CORRECTED'
  /** A move to a site was deleted; recorded for the machine and the site. */
  | 'SITE_MOVE_DELETED'
  /** Work was started. */
  | 'STARTED'
  /** The status of the machine followed the start or end of work on it. */
  | 'STATUS_FOLLOWS'
  /** A merge of the machine with another one was taken back; recorded for both. */
  | 'UNMERGED'
  /** Fields were changed. */
  | 'UPDATED';

/** Condition on a reference to a row. A row has to meet all that are given. */
export type IdFilter = {
  /** Any of these ids. */
  in?: Array<string | number> | null | undefined;
  /** True for rows without a reference, false for rows with one. */
  isNull?: boolean | null | undefined;
};

/** Condition on a whole number. A row has to meet all that are given. */
export type IntFilter = {
  /** More than this. */
  gt?: number | null | undefined;
  /** At least this. */
  gte?: number | null | undefined;
  /** True for rows without a value, false for rows with one. */
  isNull?: boolean | null | undefined;
  /** Less than this. */
  lt?: number | null | undefined;
  /** At most this. */
  lte?: number | null | undefined;
};

/** Why a key figure has no value, or leaves machines or records out. More reasons may be added. */
export type KpiReason =
  /** Machines that were INACTIVE in a part of the window, or in the whole of it: that time is left out. */
  | 'INACTIVE'
  /** Machines that were not in service yet in the window. */
  | 'NOT_IN_SERVICE'
  /** There was no failure. */
  | 'NO_FAILURES'
  /** No machine counts. */
  | 'NO_MACHINES'
  /** Meter readings do not cover 80 % of the window. */
  | 'NO_READINGS'
  /** There is no record to compute the figure from. */
  | 'NO_RECORDS'
  /** Machines of unknown replacement value. */
  | 'NO_REPLACEMENT_VALUE'
  /** The window has not begun. */
  | 'NO_TIME'
  /** Work, or downtime, that is open. */
  | 'OPEN'
  /** Machines that had retired before the window, or since when they are RETIRED is not known. */
  | 'RETIRED'
  /** Records of unknown cost, or with a cost that is not split. */
  | 'UNKNOWN_COST'
  /** Records with a downtime of unknown end. */
  | 'UNKNOWN_END'
  /** Records without the times that are needed. */
  | 'UNKNOWN_TIMES';

/** Unit of a key figure. */
export type KpiUnit =
  /** A number of things. */
  | 'COUNT'
  /** Hours. */
  | 'HOURS'
  /** The company's currency by hour. */
  | 'MONEY_PER_HOUR'
  /** Percent. */
  | 'PERCENT';

/** Reason for maintenance work. Preventive and corrective are used as defined in EN 13306. */
export type MaintenanceKind =
  /** Work after a fault: repair. */
  | 'CORRECTIVE'
  /** Safety or technical inspection without repair. */
  | 'INSPECTION'
  /** Change to the machine: retrofit or attachment. */
  | 'MODIFICATION'
  /** Any other work. */
  | 'OTHER'
  /** Work before a fault: service by interval or by condition. */
  | 'PREVENTIVE';

/**
 * Filter on maintenance records; a row has to meet all conditions that are given. Null is refused:
 * leave a condition out, or ask with `isNull`. A list has 1 to 100 values and matches any
 * of them. Filters nest to 5 levels and have at most 50 conditions in all.
 */
export type MaintenanceRecordFilter = {
  /** Records that match all of these filters as well. */
  and?: Array<MaintenanceRecordFilter> | null | undefined;
  /** Any of these categories of machines, ignoring case, accents and blanks. */
  category?: Array<string> | null | undefined;
  /** Total cost. `{ lt: 0 }` finds the reversals. Bounds exclude records of unknown cost, `{ isNull: true }` finds those. */
  cost?: DecimalFilter | null | undefined;
  /** When the record was added. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Deleted records and those of deleted machines, which have left all lists and figures: ONLY them, or INCLUDE them. Takes the role MANAGER; only in the outermost filter. */
  deleted?: DeletedRows | null | undefined;
  /** True for records that keep their machine down now: open work whose downtime has begun and not ended, whether its expected end lies ahead or has passed. False for all others. */
  down?: boolean | null | undefined;
  /** The machine that was worked on. */
  equipment?: IdFilter | null | undefined;
  /** Any of these records. */
  ids?: Array<string | number> | null | undefined;
  /** Any of these kinds. */
  kind?: Array<MaintenanceKind> | null | undefined;
  /** Day that the work counts to. */
  maintenanceDate?: DateFilter | null | undefined;
  /** Records that do not match this filter. A row without a value does not meet a condition on the value. */
  not?: MaintenanceRecordFilter | null | undefined;
  /** Records that match any of these filters as well. */
  or?: Array<MaintenanceRecordFilter> | null | undefined;
  /** Person or workshop that did the work. */
  performedBy?: StringFilter | null | undefined;
  /** Search words. Each has to occur in description, `performedBy` or `sourceRef`: words of three letters or more anywhere in a word, shorter ones at the beginning of a word. Case and accents are ignored. At most 200 characters and 10 words; a word without a letter or digit is ignored. */
  search?: string | null | undefined;
  /** Kind in the source system. */
  sourceKind?: StringFilter | null | undefined;
  /** Id of the record in the source system. */
  sourceRef?: StringFilter | null | undefined;
  /** Any of these statuses. */
  status?: Array<MaintenanceStatus> | null | undefined;
  /** When the record was last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Sort orders of maintenance records. Ties are broken by id: of two records with the same date, the one recorded later is newer. */
export type MaintenanceRecordOrder =
  /** Lowest cost first; records of unknown cost come before all others, then reversals, which have negative costs. */
  | 'COST_ASC'
  /** Highest cost first; records of unknown cost come last. */
  | 'COST_DESC'
  /** Oldest `maintenanceDate` first. */
  | 'MAINTENANCE_DATE_ASC'
  /** Newest `maintenanceDate` first. */
  | 'MAINTENANCE_DATE_DESC';

/** Status of work on a machine. */
export type MaintenanceStatus =
  /** Abandoned: will not be done or finished. */
  | 'CANCELLED'
  /** Finished. */
  | 'COMPLETED'
  /** Started, not finished. */
  | 'IN_PROGRESS'
  /** Scheduled, not started. */
  | 'PLANNED';

/** Two rows of one machine. */
export type MergeEquipmentInput = {
  /** Whether the meter of the machine showed the readings of both rows although it can hardly have run so many hours between them. Readings that decrease are refused all the same. */
  confirm?: boolean;
  /** The duplicate: all that belongs to it moves, and it is deleted. */
  duplicateId: string | number;
  /** The machine that stays. */
  equipmentId: string | number;
  /** Version of the duplicate that the client has read. When given, a CONFLICT is reported if it has changed since. */
  expectedDuplicateVersion?: number | null | undefined;
  /** Version of the machine that stays that the client has read. When given, a CONFLICT is reported if it has changed since. */
  expectedVersion?: number | null | undefined;
  /** Why both are one machine, at most 500 characters. The history has it. */
  reason?: string | null | undefined;
};

/** What a meter counts. How much it can have run between two readings decides which of them are implausible; that readings of one meter decrease is refused for every unit. */
export type MeterUnit =
  /** Times that the machine has done what it does: strokes, lifts, starts. Any number in an hour is plausible. */
  | 'CYCLES'
  /** Hours of use, at most one in an hour: those of a second engine, a compressor, or an attachment. */
  | 'HOURS'
  /** Kilometres driven. More than 130 in an hour are implausible. */
  | 'KILOMETRES'
  /** Litres that have run through, such as fuel or water. Any number in an hour is plausible. */
  | 'LITRES'
  /** Miles driven. More than 80 in an hour are implausible. */
  | 'MILES';

/** A machine to move. */
export type MoveEquipmentInput = {
  /** The machine. */
  equipmentId: string | number;
  /** Version of the machine that the client has read. When given, a CONFLICT is reported if the machine has changed since. Moves themselves leave the version as it is. */
  expectedVersion?: number | null | undefined;
  /** When it was moved, default now. Not in the future. */
  movedAt?: string | null | undefined;
  /** Why the machine is moved: 1 to 500 characters. The history has it. */
  reason?: string | null | undefined;
  /** The site to which it is moved. Left out, it leaves the site where it is, and is at no site. */
  siteId?: string | number | null | undefined;
};

/** A record and the machine that it belongs to. */
export type MoveMaintenanceInput = {
  /** Whether the meter of this machine showed the `meterHours` of the record although they do not fit to its readings. */
  confirm?: boolean;
  /** The machine that the work was done on. */
  equipmentId: string | number;
  /** Version that the client has read. When given, a CONFLICT is reported if the record has changed since. */
  expectedVersion?: number | null | undefined;
  /** The record. */
  maintenanceRecordId: string | number;
  /** Why the record is moved: 1 to 500 characters. The history has it. */
  reason: string;
};

/** What becomes of the planned and running work on a machine that is deleted. */
export type OpenWork =
  /** The work is cancelled, and its downtime ends. It stays cancelled when the machine is restored. */
  | 'CANCEL'
  /** The machine is not deleted while there is any: a CONFLICT. Work that a service schedule has planned and no user has changed does not count. */
  | 'REFUSE';

/**
 * Filter on operators; a row has to meet all conditions that are given. Null is refused:
 * leave a condition out, or ask with `isNull`. A list has 1 to 100 values and matches any
 * of them. Filters nest to 5 levels and have at most 50 conditions in all.
 */
export type OperatorFilter = {
  /** Operators that match all of these filters as well. */
  and?: Array<OperatorFilter> | null | undefined;
  /** When the operator was added. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Deleted operators, which have left all lists: ONLY them, or INCLUDE them. Takes the role MANAGER; only in the outermost filter. */
  deleted?: DeletedRows | null | undefined;
  /** Any of these operators. */
  ids?: Array<string | number> | null | undefined;
  /** Number of the operating licence, ignoring case. */
  licenseNumber?: StringFilter | null | undefined;
  /** Operators that do not match this filter. A row without a value does not meet a condition on the value. */
  not?: OperatorFilter | null | undefined;
  /** Operators that match any of these filters as well. */
  or?: Array<OperatorFilter> | null | undefined;
  /** Search words. Each has to occur in first name, last name or licence number: words of three letters or more anywhere in a word, shorter ones at the beginning of a word. Case and accents are ignored. At most 200 characters and 10 words; a word without a letter or digit is ignored. */
  search?: string | null | undefined;
  /** Any of these statuses. */
  status?: Array<OperatorStatus> | null | undefined;
  /** When the operator was last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
  /** The user account with which the operator signs in. */
  user?: IdFilter | null | undefined;
};

/** Employment status of an operator. */
export type OperatorStatus =
  /** Can operate machines. */
  | 'ACTIVE'
  /** Temporarily unavailable: on leave, or licence expired. */
  | 'INACTIVE'
  /** Has left the company. */
  | 'RETIRED';

/**
 * Filter on papers; a row has to meet all conditions that are given. Null is refused:
 * leave a condition out, or ask with `isNull`. A list has 1 to 100 values and matches any
 * of them. Filters nest to 5 levels and have at most 50 conditions in all.
 */
export type PaperFilter = {
  /** Papers that match all of these filters as well. */
  and?: Array<PaperFilter> | null | undefined;
  /** When the paper was added. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Deleted papers, and papers of deleted machines and operators, which have left all lists: ONLY them, or INCLUDE them. Takes the role MANAGER; only in the outermost filter. */
  deleted?: DeletedRows | null | undefined;
  /** The machine; `isNull: false` for papers of machines. */
  equipment?: IdFilter | null | undefined;
  /** Any of these papers. */
  ids?: Array<string | number> | null | undefined;
  /** Day on which it was issued. Bounds exclude papers of which it is unknown. */
  issuedOn?: DateFilter | null | undefined;
  /** Any of these kinds. */
  kind?: Array<PaperKind> | null | undefined;
  /** Papers that do not match this filter. A row without a value does not meet a condition on the value. */
  not?: PaperFilter | null | undefined;
  /** Number on the paper, ignoring case, accents and blanks. */
  number?: StringFilter | null | undefined;
  /** The operator; `isNull: false` for papers of operators. */
  operator?: IdFilter | null | undefined;
  /** Papers that match any of these filters as well. */
  or?: Array<PaperFilter> | null | undefined;
  /** Whether the machine or operator of the paper is RETIRED. False leaves out papers that need no renewal. */
  ownerRetired?: boolean | null | undefined;
  /** When the paper was last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
  /** Last day on which it is valid. */
  validUntil?: DateFilter | null | undefined;
};

/** Kinds of papers. */
export type PaperKind =
  /** Inspection, such as of safety or emissions. */
  | 'INSPECTION'
  /** Insurance. */
  | 'INSURANCE'
  /** Licence or permit. */
  | 'LICENCE'
  /** Any other paper. */
  | 'OTHER'
  /** Registration. */
  | 'REGISTRATION';

/** A service schedule to pause. */
export type PauseServiceScheduleInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the schedule has changed since. */
  expectedVersion?: number | null | undefined;
  /** The schedule. */
  serviceScheduleId: string | number;
};

/** The plan of an assignment. */
export type PlanAssignmentInput = {
  /** When the operator of before is to have the machine again: after `startsAt`, at most a year ahead. Left out, the plan holds until the next one. */
  endsAt?: string | null | undefined;
  /** The machine; not a RETIRED one. */
  equipmentId: string | number;
  /** The operator, which has to be ACTIVE when the plan begins; not a RETIRED one. Left out, the machine is to be without an operator. */
  operatorId?: string | number | null | undefined;
  /** Why it is planned: 1 to 500 characters. The plan and the history have it. */
  reason?: string | null | undefined;
  /** When the operator is to have the machine: in the future, at most a year ahead. */
  startsAt: string;
};

/** Work on a machine. */
export type RecordMaintenanceInput = {
  /** When the work was completed, not in the future. Default for completed work: now; unknown when `maintenanceDate` is another day than today. */
  completedAt?: string | null | undefined;
  /** Whether the meter showed `meterHours` although they do not fit to its readings. */
  confirm?: boolean;
  /** Total cost in the company's currency, at most two decimal places; negative for a reversal. Default: the sum of `labourCost` and `partsCost`; unknown without them. 0 is free of charge. */
  cost?: string | null | undefined;
  /** Description of the work, at most 10,000 characters. */
  description?: string | null | undefined;
  /** Start of the downtime. */
  downFrom?: string | null | undefined;
  /** End of the downtime; null while the machine is down. In the future it is the expected end, which open work alone may have. */
  downTo?: string | null | undefined;
  /** Day on which the work is or was due. Planned work needs it, unless `maintenanceDate` is given in its place; other work has none when left out. */
  dueDate?: string | null | undefined;
  /** The machine. */
  equipmentId: string | number;
  /** Reason for the work. */
  kind: MaintenanceKind;
  /** Cost of labour; given together with `partsCost` or not at all. */
  labourCost?: string | null | undefined;
  /** Hours of labour of all people together, at most two decimal places. Negative in a reversal alone. */
  labourHours?: string | null | undefined;
  /** Day that the work counts to. Default: the due date of planned and cancelled work, the day of `startedAt` of work in progress, the day of `completedAt` of completed work, in the company's time zone. */
  maintenanceDate?: string | null | undefined;
  /** Hour meter reading in engine hours, at most one decimal place. It has to fit between the readings of the meter before and after the work, unless `confirm` is true. */
  meterHours?: string | null | undefined;
  /** Cost of parts and material; given together with `labourCost` or not at all. */
  partsCost?: string | null | undefined;
  /** Person or workshop that does the work, at most 200 characters. */
  performedBy?: string | null | undefined;
  /** The record that this one reverses, of the same machine. It is no reversal itself and has no other one; `cost` is below 0. */
  reversalOfId?: string | number | null | undefined;
  /** The service schedule of which this is the next service on the machine, also when it is done before it was planned. The schedule has to apply to the machine, and no record may be there for the service. */
  serviceScheduleId?: string | number | null | undefined;
  /** When the work began, not in the future. Default for work in progress: now; unknown when `maintenanceDate` is another day than today. */
  startedAt?: string | null | undefined;
  /** Status of the work. */
  status?: MaintenanceStatus;
};

/** Work to reopen. */
export type ReopenMaintenanceInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the record has changed since. */
  expectedVersion?: number | null | undefined;
  /** The record. */
  maintenanceRecordId: string | number;
  /** Why the work is reopened: 1 to 500 characters. The history has it. */
  reason: string;
  /** Whether the work keeps the machine down: since `downFrom`, or since now when the work has no downtime. */
  stopsMachine?: boolean;
};

/** A machine to restore. */
export type RestoreEquipmentInput = {
  /** The machine. */
  equipmentId: string | number;
  /** Version that the client has read. When given, a CONFLICT is reported if the machine has changed since. */
  expectedVersion?: number | null | undefined;
};

/** A record to restore. */
export type RestoreMaintenanceInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the record has changed since. */
  expectedVersion?: number | null | undefined;
  /** The record. */
  maintenanceRecordId: string | number;
  /** Why the record is restored, at most 500 characters. The history has it. */
  reason?: string | null | undefined;
};

/** A paper to restore. */
export type RestorePaperInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the paper has changed since. */
  expectedVersion?: number | null | undefined;
  /** The paper. */
  paperId: string | number;
};

/** A saved query to restore. */
export type RestoreSavedQueryInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the saved query has changed since. */
  expectedVersion?: number | null | undefined;
  /** The saved query. */
  savedQueryId: string | number;
};

/** A service schedule to restore. */
export type RestoreServiceScheduleInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the schedule has changed since. */
  expectedVersion?: number | null | undefined;
  /** The schedule. */
  serviceScheduleId: string | number;
};

/** A site to restore. */
export type RestoreSiteInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the site has changed since. */
  expectedVersion?: number | null | undefined;
  /** The site. */
  siteId: string | number;
};

/** A service schedule to resume. */
export type ResumeServiceScheduleInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the schedule has changed since. */
  expectedVersion?: number | null | undefined;
  /** The schedule. */
  serviceScheduleId: string | number;
};

/** Permissions of a user. Each role includes those below it. */
export type Role =
  /** Manages users and tokens, deletes permanently. */
  | 'ADMIN'
  /** Reads and exports all data of the company. */
  | 'ANALYST'
  /** Changes fleet data. */
  | 'MANAGER'
  /** Reads the machines assigned to the user and the user's own records. */
  | 'OPERATOR';

/**
 * Filter on saved queries; a row has to meet all conditions that are given. Null is refused:
 * leave a condition out, or ask with `isNull`. A list has 1 to 100 values and matches any
 * of them. Filters nest to 5 levels and have at most 50 conditions in all.
 */
export type SavedQueryFilter = {
  /** Saved queries that match all of these filters as well. */
  and?: Array<SavedQueryFilter> | null | undefined;
  /** The user that saved it first. */
  createdBy?: IdFilter | null | undefined;
  /** Deleted saved queries, which have left all lists: ONLY them, or INCLUDE them. Takes the role MANAGER; only in the outermost filter. */
  deleted?: DeletedRows | null | undefined;
  /** Any of these saved queries. */
  ids?: Array<string | number> | null | undefined;
  /** Any of these names, ignoring case, accents and blanks. */
  name?: Array<string> | null | undefined;
  /** Saved queries that do not match this filter. A row without a value does not meet a condition on the value. */
  not?: SavedQueryFilter | null | undefined;
  /** Saved queries that match any of these filters as well. */
  or?: Array<SavedQueryFilter> | null | undefined;
  /** Search words. Each has to occur in name or description: words of three letters or more anywhere in a word, shorter ones at the beginning of a word. Case and accents are ignored. At most 200 characters and 10 words; a word without a letter or digit is ignored. */
  search?: string | null | undefined;
  /** When it was last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Days of each year on which nothing falls due by days. */
export type SeasonalPauseInput = {
  /** First day, as MM-DD. */
  from: string;
  /** Last day, as MM-DD. Before `from`, the pause runs over the turn of the year. */
  to: string;
};

/** From where the next service is counted. */
export type ServiceRecurrence =
  /** On multiples of the interval after the first service, whenever the services are done. Those that have passed when a late one is done are skipped. Only with one interval, of days or of hours. */
  | 'FIXED'
  /** An interval after the service was completed, early or late; a service that was cancelled counts as done when it was due. */
  | 'FROM_COMPLETION';

/**
 * Filter on sites; a row has to meet all conditions that are given. Null is refused:
 * leave a condition out, or ask with `isNull`. A list has 1 to 100 values and matches any
 * of them. Filters nest to 5 levels and have at most 50 conditions in all.
 */
export type SiteFilter = {
  /** Sites that match all of these filters as well. */
  and?: Array<SiteFilter> | null | undefined;
  /** Code, ignoring case, accents and blanks. */
  code?: StringFilter | null | undefined;
  /** When the site was added. */
  createdAt?: DateTimeFilter | null | undefined;
  /** Deleted sites, which have left all lists: ONLY them, or INCLUDE them. Takes the role MANAGER; only in the outermost filter. */
  deleted?: DeletedRows | null | undefined;
  /** Any of these sites. */
  ids?: Array<string | number> | null | undefined;
  /** Any of these names, ignoring case, accents and blanks. */
  name?: Array<string> | null | undefined;
  /** Sites that do not match this filter. A row without a value does not meet a condition on the value. */
  not?: SiteFilter | null | undefined;
  /** Sites that match any of these filters as well. */
  or?: Array<SiteFilter> | null | undefined;
  /** Search words. Each has to occur in name, code or address: words of three letters or more anywhere in a word, shorter ones at the beginning of a word. Case and accents are ignored. At most 200 characters and 10 words; a word without a letter or digit is ignored. */
  search?: string | null | undefined;
  /** When the site was last changed. */
  updatedAt?: DateTimeFilter | null | undefined;
};

/** Direction of an order. */
export type SortDirection =
  /** Lowest first. */
  | 'ASC'
  /** Highest first. */
  | 'DESC';

/** Planned work to start. */
export type StartMaintenanceInput = {
  /** Version that the client has read. When given, a CONFLICT is reported if the record has changed since. */
  expectedVersion?: number | null | undefined;
  /** The record. */
  maintenanceRecordId: string | number;
  /** When the work began, default now. */
  startedAt?: string | null | undefined;
  /** Start the downtime of the machine now, unless it has started already. */
  stopsMachine?: boolean;
};

/** Machines that statistics cover. */
export type StatsScope =
  /** All machines of the viewer's company. Requires the role ANALYST. */
  | 'COMPANY'
  /** Machines that the viewer is responsible for; for the role OPERATOR, machines currently assigned to the viewer. */
  | 'MINE';

/** Condition on a text. A row has to meet all that are given. */
export type StringFilter = {
  /** Any of these texts, spelled exactly unless the field says otherwise. */
  in?: Array<string> | null | undefined;
  /** True for rows without a text, false for rows with one. */
  isNull?: boolean | null | undefined;
};

/** A merge to take back. */
export type UndoMergeEquipmentInput = {
  /** The duplicate that was merged, and is deleted since. */
  duplicateId: string | number;
  /** Version of the duplicate that the client has read. When given, a CONFLICT is reported if it has changed since. */
  expectedVersion?: number | null | undefined;
  /** Why the merge is taken back, at most 500 characters. The history has it. */
  reason?: string | null | undefined;
};

/** Updates of several machines. */
export type UpdateEquipmentBatchInput = {
  /** All or nothing: after one failure no machine is changed. Machines of one atomic batch may exchange their serial numbers, because these are compared after all its updates. */
  atomic?: boolean;
  /** Change nothing; report what would happen. */
  dryRun?: boolean;
  /** The updates, at most 250, each of a different machine. */
  updates: Array<UpdateEquipmentInput>;
};

/** Changes to a machine. A field that is left out stays unchanged; null clears it. */
export type UpdateEquipmentInput = {
  /** The kind of machine: 1 to 100 characters, not null. A category that other machines have, ignoring case, accents and blanks, is spelled as they spell it. */
  category?: string | null | undefined;
  /** Purchase cost in the company's currency: 0 or more, at most two decimal places. */
  cost?: string | null | undefined;
  /** Free text about the machine, at most 10,000 characters. */
  description?: string | null | undefined;
  /** The machine. */
  equipmentId: string | number;
  /** Version that the client has read. A CONFLICT is reported if the machine has changed since. */
  expectedVersion: number;
  /** First day in service: 1950 to a year from now. */
  inServiceOn?: string | null | undefined;
  /** Manufacturer, at most 100 characters. One that other machines have, ignoring case, accents and blanks, is spelled as they spell it. */
  manufacturer?: string | null | undefined;
  /** Model, at most 100 characters; spelled as other machines spell it, as the manufacturer is. */
  model?: string | null | undefined;
  /** Name of the machine: 1 to 200 characters, not null. */
  name?: string | null | undefined;
  /** What a new machine of its kind costs, in the company's currency: more than 0, at most two decimal places. */
  replacementValue?: string | null | undefined;
  /** Last day in service, only of a RETIRED machine: today or earlier, not before `inServiceOn`. When it is left out, a machine that becomes RETIRED gets today, and one that returns loses it. */
  retiredOn?: string | null | undefined;
  /** Hours a week that the machine is meant to run: more than 0, at most 168, one decimal place. Null for those of the company. */
  scheduledHoursPerWeek?: string | null | undefined;
  /** The manufacturer's serial number, at most 100 characters; unique in the company, ignoring case, accents and blanks. */
  serialNumber?: string | null | undefined;
  /** Operating status; not null. A machine with open downtime cannot become ACTIVE or INACTIVE, and a RETIRED one can only become INACTIVE. A machine that is given MAINTENANCE stays there when work on it ends. Retiring a machine cancels its planned and running work and releases its operator. */
  status?: EquipmentStatus | null | undefined;
  /** The user responsible for the machine. */
  userId?: string | number | null | undefined;
  /** Year of manufacture: 1900 to the next year. */
  year?: number | null | undefined;
};

/** Changes to a paper. A field that is left out stays unchanged; null clears it. */
export type UpdatePaperInput = {
  /** Version that the client has read. A CONFLICT is reported if the paper has changed since. */
  expectedVersion: number;
  /** Day on which it was issued, not after `validUntil`. Null when unknown. */
  issuedOn?: string | null | undefined;
  /** Kind of paper; not null. */
  kind?: PaperKind | null | undefined;
  /** Free text, at most 2,000 characters. Null for none. */
  note?: string | null | undefined;
  /** Number on the paper, at most 100 characters. Null for none. */
  number?: string | null | undefined;
  /** The paper. */
  paperId: string | number;
  /** Last day on which it is valid; not null. */
  validUntil?: string | null | undefined;
};

/** Changes to a saved query. A field that is left out stays unchanged; null clears it. */
export type UpdateSavedQueryInput = {
  /** What the query is for, at most 2,000 characters. Null for no description. */
  description?: string | null | undefined;
  /** A GraphQL document with at least one operation, not null: at most 100,000 bytes, without access tokens. */
  document?: string | null | undefined;
  /** Version that the client has read. A CONFLICT is reported if the saved query has changed since. */
  expectedVersion: number;
  /** Name: 1 to 200 characters, not null; unique in the company. */
  name?: string | null | undefined;
  /** The saved query. */
  savedQueryId: string | number;
  /** Variables of the document as JSON, which may have comments: at most 100,000 bytes, without access tokens. Null for none. */
  variables?: string | null | undefined;
};

/** Changes to a service schedule. A field that is left out stays unchanged; null clears it. */
export type UpdateServiceScheduleInput = {
  /** Estimated cost of one service, 0 or more. */
  estimatedCost?: string | null | undefined;
  /** Estimated duration of one service in hours, 0 or more. */
  estimatedHours?: string | null | undefined;
  /** Version that the client has read. A CONFLICT is reported if the schedule has changed since. */
  expectedVersion: number;
  /** Engine hours, over replacements of the hour meter, at which the first service is due, default an interval after the last time. */
  firstDueHours?: string | null | undefined;
  /** Day on which the first service is due, default an interval after `lastDoneOn`. */
  firstDueOn?: string | null | undefined;
  /** Days from one service to the next: 1 to 36,500. One of `intervalDays` and `intervalHours` is needed; with both, whichever comes first counts. */
  intervalDays?: number | null | undefined;
  /** Engine hours from one service to the next, more than 0, at most one decimal place. */
  intervalHours?: string | null | undefined;
  /** Kind of the work; not null. */
  kind?: MaintenanceKind | null | undefined;
  /** Engine hours, over replacements of the hour meter, at which it was done then; only of a schedule of one machine. The default are the hours of each machine on that day. */
  lastDoneHours?: string | null | undefined;
  /** Day on which the work was done last, default the day on which the schedule is made. Cannot be combined with `firstDueOn`. */
  lastDoneOn?: string | null | undefined;
  /** How many days before it is due the work is planned: 0 to 3,650; not null. */
  leadDays?: number | null | undefined;
  /** How many engine hours before it is due the work is planned. */
  leadHours?: string | null | undefined;
  /** Days of each year on which nothing falls due by days: at most 12 pauses, not null. */
  pauses?: Array<SeasonalPauseInput> | null | undefined;
  /** From where the next service is counted; not null. */
  recurrence?: ServiceRecurrence | null | undefined;
  /** The schedule. */
  serviceScheduleId: string | number;
  /** What is done: 1 to 200 characters, not null. */
  title?: string | null | undefined;
};

/** Changes to a site. A field that is left out stays unchanged; null clears it. */
export type UpdateSiteInput = {
  /** Address, at most 500 characters. Null for none. */
  address?: string | null | undefined;
  /** What the company calls the site in short, at most 50 characters; unique in the company. Null for none. */
  code?: string | null | undefined;
  /** Version that the client has read. A CONFLICT is reported if the site has changed since. */
  expectedVersion: number;
  /** Name: 1 to 200 characters, not null; unique in the company. */
  name?: string | null | undefined;
  /** The site. */
  siteId: string | number;
  /** IANA time zone, such as `Europe/Berlin`. Null for that of the company. */
  timeZone?: string | null | undefined;
};

/** A meter reading to void. */
export type VoidMeterReadingInput = {
  /** The reading. */
  meterReadingId: string | number;
  /** Why the reading is void: 1 to 500 characters. The history of the machine has it. */
  reason: string;
};

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { changePassword: { errors: Array<
      | { message: string, field: Array<string> | null }
      | { message: string, field: Array<string> | null }
    > } | null };

export type FindQueryVariables = Exact<{
  search: string;
}>;


export type FindQuery = { equipmentList: { nodes: Array<{ id: string, name: string, serialNumber: string | null, status: EquipmentStatus }> } | null, sites: { nodes: Array<{ id: string, name: string, code: string | null, address: string | null }> } | null, operators: { nodes: Array<{ id: string, firstName: string, lastName: string, assignedEquipment: { nodes: Array<{ id: string, name: string }> } }> } | null };

export type EnsureSessionQueryVariables = Exact<{ [key: string]: never; }>;


export type EnsureSessionQuery = { viewer: { id: string } | null };

export type AssignmentPlanFieldsFragment = { id: string, startsAt: string, endsAt: string | null, status: AssignmentPlanStatus, reason: string | null, operator: { id: string, firstName: string, lastName: string } | null } & { ' $fragmentName'?: 'AssignmentPlanFieldsFragment' };

export type MachineAssignmentPlansQueryVariables = Exact<{
  id: string | number;
}>;


export type MachineAssignmentPlansQuery = { equipment: { assignmentPlans: { totalCount: number, nodes: Array<{ ' $fragmentRefs'?: { 'AssignmentPlanFieldsFragment': AssignmentPlanFieldsFragment } }> } } | null };

export type PlanAssignmentMutationVariables = Exact<{
  input: PlanAssignmentInput;
  key: string;
}>;


export type PlanAssignmentMutation = { planAssignment: { assignmentPlan: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type CancelAssignmentPlanMutationVariables = Exact<{
  input: CancelAssignmentPlanInput;
  key: string;
}>;


export type CancelAssignmentPlanMutation = { cancelAssignmentPlan: { assignmentPlan: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type EquipmentCountsQueryVariables = Exact<{
  active: EquipmentFilter;
  maintenance: EquipmentFilter;
  inactive: EquipmentFilter;
  retired: EquipmentFilter;
}>;


export type EquipmentCountsQuery = { ACTIVE: { totalCount: number } | null, MAINTENANCE: { totalCount: number } | null, INACTIVE: { totalCount: number } | null, RETIRED: { totalCount: number } | null };

export type CategoriesQueryVariables = Exact<{
  filter: EquipmentFilter;
}>;


export type CategoriesQuery = { categories: Array<{ category: string, count: number }> | null };

export type EquipmentDetailQueryVariables = Exact<{
  id: string | number;
}>;


export type EquipmentDetailQuery = { equipment: { id: string, name: string, serialNumber: string | null, description: string | null, category: string, status: EquipmentStatus, cost: string | null, manufacturer: string | null, model: string | null, year: number | null, inServiceOn: string | null, retiredOn: string | null, replacementValue: string | null, scheduledHoursPerWeek: string | null, lifetimeHours: string | null, createdAt: string, updatedAt: string, version: number, user: { id: string, name: string } | null, assignedOperator: { id: string, firstName: string, lastName: string } | null, site: { id: string, name: string, code: string | null } | null, siteMoves: { nodes: Array<{ id: string, arrivedAt: string, leftAt: string | null, site: { id: string, name: string } | null }> }, next: { nodes: Array<{ id: string, version: number, kind: MaintenanceKind, status: MaintenanceStatus, maintenanceDate: string, description: string | null }> }, records: { totalCount: number, nodes: Array<{ id: string, version: number, kind: MaintenanceKind, status: MaintenanceStatus, maintenanceDate: string, description: string | null, cost: string | null, performedBy: string | null, downFrom: string | null, downTo: string | null, meterHours: string | null, reversalOf: { id: string } | null }> }, meterReadings: { totalCount: number, nodes: Array<{ id: string, readAt: string, hours: string, replacement: boolean }> }, assignments: { nodes: Array<{ id: string, assignedAt: string, releasedAt: string | null, operator: { id: string, firstName: string, lastName: string } | null }> } } | null };

export type EquipmentPageQueryVariables = Exact<{
  first: number;
  offset: number;
  filter?: EquipmentFilter | null | undefined;
  orderBy: EquipmentOrder;
}>;


export type EquipmentPageQuery = { equipmentList: { nodes: Array<{ ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } }> } | null };

export type EquipmentRowFragment = { id: string, name: string, serialNumber: string | null, category: string, status: EquipmentStatus, cost: string | null, createdAt: string, updatedAt: string, version: number, assignedOperator: { id: string, firstName: string, lastName: string } | null, site: { id: string, name: string } | null, latestMaintenance: { id: string, maintenanceDate: string } | null, nextMaintenance: { id: string, maintenanceDate: string } | null, meterReadings: { nodes: Array<{ hours: string }> } } & { ' $fragmentName'?: 'EquipmentRowFragment' };

export type CorrectAssignmentMutationVariables = Exact<{
  input: CorrectAssignmentInput;
  key: string;
}>;


export type CorrectAssignmentMutation = { correctAssignment: { assignment: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type DeleteAssignmentMutationVariables = Exact<{
  input: DeleteAssignmentInput;
  key: string;
}>;


export type DeleteAssignmentMutation = { deleteAssignment: { deletedId: string | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type FindOperatorsQueryVariables = Exact<{
  filter: OperatorFilter;
}>;


export type FindOperatorsQuery = { operators: { nodes: Array<{ id: string, firstName: string, lastName: string }> } | null };

export type CreateEquipmentMutationVariables = Exact<{
  input: CreateEquipmentInput;
  key: string;
}>;


export type CreateEquipmentMutation = { createEquipment: { equipment: { id: string, name: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type EquipmentChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type EquipmentChangedSubscription = { equipmentChanged: { change: ChangeKind, id: string | null, equipment: { ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } } | null } };

export type MachineMetersQueryVariables = Exact<{
  id: string | number;
}>;


export type MachineMetersQuery = { equipment: { meters: Array<{ id: string, name: string, unit: MeterUnit, lifetime: string | null, readings: { totalCount: number, nodes: Array<{ id: string, readAt: string, hours: string, replacement: boolean }> } }> } | null };

export type AddMeterMutationVariables = Exact<{
  input: AddMeterInput;
  key: string;
}>;


export type AddMeterMutation = { addMeter: { meter: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type ChangeMeterMutationVariables = Exact<{
  input: ChangeMeterInput;
  key: string;
}>;


export type ChangeMeterMutation = { changeMeter: { meter: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type DeleteMeterMutationVariables = Exact<{
  input: DeleteMeterInput;
  key: string;
}>;


export type DeleteMeterMutation = { deleteMeter: { deletedId: string | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type AddMeterReadingMutationVariables = Exact<{
  input: AddMeterReadingInput;
  key: string;
}>;


export type AddMeterReadingMutation = { addMeterReading: { meterReading: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type CorrectMeterReadingMutationVariables = Exact<{
  input: CorrectMeterReadingInput;
  key: string;
}>;


export type CorrectMeterReadingMutation = { correctMeterReading: { meterReading: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type VoidMeterReadingMutationVariables = Exact<{
  input: VoidMeterReadingInput;
  key: string;
}>;


export type VoidMeterReadingMutation = { voidMeterReading: { meterReading: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type VoidReadingsQueryVariables = Exact<{
  id: string | number;
}>;


export type VoidReadingsQuery = { equipment: { meterReadings: { nodes: Array<{ id: string, readAt: string, hours: string, replacement: boolean, voidedAt: string | null, meter: { name: string, unit: MeterUnit } | null }> }, meters: Array<{ readings: { nodes: Array<{ id: string, readAt: string, hours: string, replacement: boolean, voidedAt: string | null, meter: { name: string, unit: MeterUnit } | null }> } }> } | null };

export type HistoryLineFragment = { id: string, action: HistoryAction, reason: string | null, at: string, user: { name: string } | null, changes: Array<{ field: string, from: string | null, to: string | null }> } & { ' $fragmentName'?: 'HistoryLineFragment' };

export type MaintenanceRecordQueryVariables = Exact<{
  id: string | number;
  history: boolean;
}>;


export type MaintenanceRecordQuery = { maintenanceRecord: { id: string, version: number, kind: MaintenanceKind, sourceKind: string | null, sourceRef: string | null, status: MaintenanceStatus, dueDate: string | null, startedAt: string | null, completedAt: string | null, maintenanceDate: string, description: string | null, cost: string | null, labourCost: string | null, partsCost: string | null, labourHours: string | null, performedBy: string | null, downFrom: string | null, downTo: string | null, downToExpected: boolean, meterHours: string | null, createdAt: string, equipment: { id: string, name: string } | null, reversalOf: { id: string, kind: MaintenanceKind, maintenanceDate: string, description: string | null } | null, reversedBy: { id: string, kind: MaintenanceKind, maintenanceDate: string, description: string | null } | null, history?: { nodes: Array<{ ' $fragmentRefs'?: { 'HistoryLineFragment': HistoryLineFragment } }> } } | null };

export type DeletedRecordsQueryVariables = Exact<{
  filter: MaintenanceRecordFilter;
}>;


export type DeletedRecordsQuery = { maintenanceRecords: { totalCount: number, nodes: Array<{ id: string, version: number, kind: MaintenanceKind, status: MaintenanceStatus, maintenanceDate: string, description: string | null, cost: string | null, deletedAt: string | null, history: { nodes: Array<{ id: string, reason: string | null, at: string, user: { name: string } | null }> } }> } | null };

export type CorrectMaintenanceMutationVariables = Exact<{
  input: CorrectMaintenanceInput;
  key: string;
}>;


export type CorrectMaintenanceMutation = { correctMaintenance: { maintenanceRecord: { id: string } | null, equipment: { ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type ReopenMaintenanceMutationVariables = Exact<{
  input: ReopenMaintenanceInput;
  key: string;
}>;


export type ReopenMaintenanceMutation = { reopenMaintenance: { maintenanceRecord: { id: string } | null, equipment: { ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type DeleteMaintenanceMutationVariables = Exact<{
  input: DeleteMaintenanceInput;
  key: string;
}>;


export type DeleteMaintenanceMutation = { deleteMaintenance: { maintenanceRecord: { id: string } | null, equipment: { ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type RestoreMaintenanceMutationVariables = Exact<{
  input: RestoreMaintenanceInput;
  key: string;
}>;


export type RestoreMaintenanceMutation = { restoreMaintenance: { maintenanceRecord: { id: string } | null, equipment: { ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type MoveMaintenanceMutationVariables = Exact<{
  input: MoveMaintenanceInput;
  key: string;
}>;


export type MoveMaintenanceMutation = { moveMaintenance: { maintenanceRecord: { id: string } | null, equipment: { ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } } | null, previousEquipment: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type MaintenanceRecordedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type MaintenanceRecordedSubscription = { maintenanceRecorded: { change: ChangeKind, record: { id: string, equipment: { ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } } | null } | null } };

export type RecordMaintenanceMutationVariables = Exact<{
  input: RecordMaintenanceInput;
  key: string;
}>;


export type RecordMaintenanceMutation = { recordMaintenance: { maintenanceRecord: { id: string, status: MaintenanceStatus } | null, equipment: { ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type StartMaintenanceMutationVariables = Exact<{
  input: StartMaintenanceInput;
  key: string;
}>;


export type StartMaintenanceMutation = { startMaintenance: { maintenanceRecord: { id: string, status: MaintenanceStatus } | null, equipment: { ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type CompleteMaintenanceMutationVariables = Exact<{
  input: CompleteMaintenanceInput;
  key: string;
}>;


export type CompleteMaintenanceMutation = { completeMaintenance: { maintenanceRecord: { id: string, status: MaintenanceStatus } | null, equipment: { ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type CancelMaintenanceMutationVariables = Exact<{
  input: CancelMaintenanceInput;
  key: string;
}>;


export type CancelMaintenanceMutation = { cancelMaintenance: { maintenanceRecord: { id: string, status: MaintenanceStatus } | null, equipment: { ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type WorkCountsQueryVariables = Exact<{ [key: string]: never; }>;


export type WorkCountsQuery = { maintenanceSummary: Array<{ status: MaintenanceStatus | null, records: number }> | null };

export type PaperFieldsFragment = { id: string, version: number, kind: PaperKind, number: string | null, issuedOn: string | null, validUntil: string, note: string | null } & { ' $fragmentName'?: 'PaperFieldsFragment' };

export type MachinePapersQueryVariables = Exact<{
  id: string | number;
}>;


export type MachinePapersQuery = { equipment: { papers: { totalCount: number, nodes: Array<{ ' $fragmentRefs'?: { 'PaperFieldsFragment': PaperFieldsFragment } }> } } | null };

export type ExpiringPapersQueryVariables = Exact<{
  first: number;
  filter: PaperFilter;
}>;


export type ExpiringPapersQuery = { papers: { totalCount: number, nodes: Array<(
      { equipment: { id: string, name: string, category: string } | null }
      & { ' $fragmentRefs'?: { 'PaperFieldsFragment': PaperFieldsFragment } }
    )> } | null };

export type CreatePaperMutationVariables = Exact<{
  input: CreatePaperInput;
  key: string;
}>;


export type CreatePaperMutation = { createPaper: { paper: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type UpdatePaperMutationVariables = Exact<{
  input: UpdatePaperInput;
  key: string;
}>;


export type UpdatePaperMutation = { updatePaper: { paper: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type DeletePaperMutationVariables = Exact<{
  input: DeletePaperInput;
  key: string;
}>;


export type DeletePaperMutation = { deletePaper: { paper: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type RestorePaperMutationVariables = Exact<{
  input: RestorePaperInput;
  key: string;
}>;


export type RestorePaperMutation = { restorePaper: { paper: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type ScheduleFieldsFragment = { id: string, version: number, createdAt: string, title: string, kind: MaintenanceKind, category: string | null, manufacturer: string | null, model: string | null, intervalDays: number | null, intervalHours: string | null, recurrence: ServiceRecurrence, lastDoneOn: string | null, lastDoneHours: string | null, firstDueOn: string | null, firstDueHours: string | null, leadDays: number, leadHours: string | null, estimatedCost: string | null, estimatedHours: string | null, pauses: Array<{ from: string, to: string }> } & { ' $fragmentName'?: 'ScheduleFieldsFragment' };

export type ScheduleDetailQueryVariables = Exact<{
  id: string | number;
}>;


export type ScheduleDetailQuery = { serviceSchedule: { ' $fragmentRefs'?: { 'ScheduleFieldsFragment': ScheduleFieldsFragment } } | null };

export type ScheduleHistoryQueryVariables = Exact<{
  id: string | number;
  first: number;
}>;


export type ScheduleHistoryQuery = { serviceSchedule: { history: { nodes: Array<{ ' $fragmentRefs'?: { 'HistoryLineFragment': HistoryLineFragment } }>, pageInfo: { hasNextPage: boolean } } } | null };

export type MachineServiceFragment = { status: DueStatus | null, occurrence: number, dueOn: string | null, dueHours: string | null, hours: string | null, record: { id: string } | null, forecast: { on: string | null, earliest: string | null, latest: string | null, nullReason: ForecastReason | null }, serviceSchedule: { id: string, version: number, title: string, kind: MaintenanceKind, intervalDays: number | null, intervalHours: string | null, category: string | null, manufacturer: string | null, model: string | null, pausedAt: string | null } | null } & { ' $fragmentName'?: 'MachineServiceFragment' };

export type MachineServicesQueryVariables = Exact<{
  id: string | number;
}>;


export type MachineServicesQuery = { equipment: { services: { totalCount: number, nodes: Array<{ ' $fragmentRefs'?: { 'MachineServiceFragment': MachineServiceFragment } }> } } | null };

export type CreateServiceScheduleMutationVariables = Exact<{
  input: CreateServiceScheduleInput;
  key: string;
}>;


export type CreateServiceScheduleMutation = { createServiceSchedule: { serviceSchedule: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type PauseServiceScheduleMutationVariables = Exact<{
  input: PauseServiceScheduleInput;
  key: string;
}>;


export type PauseServiceScheduleMutation = { pauseServiceSchedule: { serviceSchedule: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type ResumeServiceScheduleMutationVariables = Exact<{
  input: ResumeServiceScheduleInput;
  key: string;
}>;


export type ResumeServiceScheduleMutation = { resumeServiceSchedule: { serviceSchedule: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type DeleteServiceScheduleMutationVariables = Exact<{
  input: DeleteServiceScheduleInput;
  key: string;
}>;


export type DeleteServiceScheduleMutation = { deleteServiceSchedule: { serviceSchedule: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type RestoreServiceScheduleMutationVariables = Exact<{
  input: RestoreServiceScheduleInput;
  key: string;
}>;


export type RestoreServiceScheduleMutation = { restoreServiceSchedule: { serviceSchedule: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type UpdateServiceScheduleMutationVariables = Exact<{
  input: UpdateServiceScheduleInput;
  key: string;
}>;


export type UpdateServiceScheduleMutation = { updateServiceSchedule: { serviceSchedule: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null, current:
          | { id: string, version: number, createdAt: string, title: string, kind: MaintenanceKind, category: string | null, manufacturer: string | null, model: string | null, intervalDays: number | null, intervalHours: string | null, recurrence: ServiceRecurrence, lastDoneOn: string | null, lastDoneHours: string | null, firstDueOn: string | null, firstDueHours: string | null, leadDays: number, leadHours: string | null, estimatedCost: string | null, estimatedHours: string | null, pauses: Array<{ from: string, to: string }> }
          | Record<PropertyKey, never>
         | null }
    > } | null };

export type SiteFieldsFragment = { id: string, version: number, name: string, code: string | null, address: string | null, timeZone: string | null, createdAt: string, deletedAt: string | null, equipment: { totalCount: number } } & { ' $fragmentName'?: 'SiteFieldsFragment' };

export type SitePageQueryVariables = Exact<{
  first: number;
  offset: number;
  filter: SiteFilter;
}>;


export type SitePageQuery = { sites: { nodes: Array<{ ' $fragmentRefs'?: { 'SiteFieldsFragment': SiteFieldsFragment } }> } | null };

export type SiteCountQueryVariables = Exact<{
  filter: SiteFilter;
}>;


export type SiteCountQuery = { sites: { totalCount: number } | null };

export type SiteDetailQueryVariables = Exact<{
  id: string | number;
}>;


export type SiteDetailQuery = { site: { ' $fragmentRefs'?: { 'SiteFieldsFragment': SiteFieldsFragment } } | null };

export type DeletedSiteQueryVariables = Exact<{
  filter: SiteFilter;
}>;


export type DeletedSiteQuery = { sites: { nodes: Array<{ id: string, name: string, deletedAt: string | null }> } | null };

export type FindSitesQueryVariables = Exact<{
  filter: SiteFilter;
}>;


export type FindSitesQuery = { sites: { nodes: Array<{ id: string, name: string, code: string | null }> } | null };

export type MoveEquipmentMutationVariables = Exact<{
  input: MoveEquipmentInput;
  key: string;
}>;


export type MoveEquipmentMutation = { moveEquipment: { equipment: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type CreateSiteMutationVariables = Exact<{
  input: CreateSiteInput;
  key: string;
}>;


export type CreateSiteMutation = { createSite: { site: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type UpdateSiteMutationVariables = Exact<{
  input: UpdateSiteInput;
  key: string;
}>;


export type UpdateSiteMutation = { updateSite: { site: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type DeleteSiteMutationVariables = Exact<{
  input: DeleteSiteInput;
  key: string;
}>;


export type DeleteSiteMutation = { deleteSite: { site: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type RestoreSiteMutationVariables = Exact<{
  input: RestoreSiteInput;
  key: string;
}>;


export type RestoreSiteMutation = { restoreSite: { site: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { id: string, name: string, email: string, role: Role, passwordMustChange: boolean | null, company: { id: string, name: string, currency: string, timeZone: string } } | null };

export type CurrentSessionQueryVariables = Exact<{ [key: string]: never; }>;


export type CurrentSessionQuery = { sessions: Array<{ current: boolean }> | null };

export type SavedQueryFieldsFragment = { id: string, name: string, description: string | null, document: string, variables: string | null, version: number, updatedAt: string, createdBy: { id: string, name: string } | null, changedBy: { name: string } | null } & { ' $fragmentName'?: 'SavedQueryFieldsFragment' };

export type SavedQueryQueryVariables = Exact<{
  id: string | number;
}>;


export type SavedQueryQuery = { savedQuery: { ' $fragmentRefs'?: { 'SavedQueryFieldsFragment': SavedQueryFieldsFragment } } | null };

export type SavedQueriesQueryVariables = Exact<{
  filter?: SavedQueryFilter | null | undefined;
}>;


export type SavedQueriesQuery = { viewer: { id: string, role: Role } | null, savedQueries: { totalCount: number, nodes: Array<{ id: string, name: string, description: string | null, updatedAt: string, changedBy: { name: string } | null }> } | null };

export type SavedQueryVersionsQueryVariables = Exact<{
  id: string | number;
}>;


export type SavedQueryVersionsQuery = { savedQuery: { versions: { totalCount: number, nodes: Array<{ number: number, action: HistoryAction, name: string, document: string, variables: string | null, savedAt: string, savedBy: { name: string } | null }> } } | null };

export type CreateSavedQueryMutationVariables = Exact<{
  input: CreateSavedQueryInput;
}>;


export type CreateSavedQueryMutation = { createSavedQuery: { savedQuery: { ' $fragmentRefs'?: { 'SavedQueryFieldsFragment': SavedQueryFieldsFragment } } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type UpdateSavedQueryMutationVariables = Exact<{
  input: UpdateSavedQueryInput;
}>;


export type UpdateSavedQueryMutation = { updateSavedQuery: { savedQuery: { ' $fragmentRefs'?: { 'SavedQueryFieldsFragment': SavedQueryFieldsFragment } } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null, current:
          | (
            { id: string }
            & { ' $fragmentRefs'?: { 'SavedQueryFieldsFragment': SavedQueryFieldsFragment } }
          )
          | Record<PropertyKey, never>
         | null }
    > } | null };

export type DeleteSavedQueryMutationVariables = Exact<{
  input: DeleteSavedQueryInput;
}>;


export type DeleteSavedQueryMutation = { deleteSavedQuery: { deletedId: string | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type RestoreSavedQueryMutationVariables = Exact<{
  input: RestoreSavedQueryInput;
}>;


export type RestoreSavedQueryMutation = { restoreSavedQuery: { savedQuery: { ' $fragmentRefs'?: { 'SavedQueryFieldsFragment': SavedQueryFieldsFragment } } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type GraphiQlUserQueryVariables = Exact<{ [key: string]: never; }>;


export type GraphiQlUserQuery = { viewer: { name: string, role: Role } | null };

export type GraphiQlSessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type GraphiQlSessionsQuery = { sessions: Array<{ current: boolean }> | null };

export type DeletedMachineQueryVariables = Exact<{
  filter: EquipmentFilter;
}>;


export type DeletedMachineQuery = { equipmentList: { nodes: Array<{ id: string, name: string, serialNumber: string | null, description: string | null, category: string, status: EquipmentStatus, cost: string | null, manufacturer: string | null, model: string | null, year: number | null, inServiceOn: string | null, retiredOn: string | null, replacementValue: string | null, scheduledHoursPerWeek: string | null, createdAt: string, deletedAt: string | null, version: number, user: { id: string, name: string } | null, meterReadings: { nodes: Array<{ hours: string, readAt: string }> }, maintenanceRecords: { totalCount: number, nodes: Array<{ id: string, kind: MaintenanceKind, status: MaintenanceStatus, maintenanceDate: string, description: string | null, cost: string | null }> }, history: { nodes: Array<{ ' $fragmentRefs'?: { 'HistoryLineFragment': HistoryLineFragment } }> } }> } | null };

export type MachineHistoryQueryVariables = Exact<{
  id: string | number;
  first: number;
}>;


export type MachineHistoryQuery = { equipment: { history: { nodes: Array<{ ' $fragmentRefs'?: { 'HistoryLineFragment': HistoryLineFragment } }>, pageInfo: { hasNextPage: boolean } } } | null };

export type MergeSideFragment = { id: string, version: number, name: string, serialNumber: string | null, category: string, status: EquipmentStatus, manufacturer: string | null, model: string | null, year: number | null, assignedOperator: { id: string, firstName: string, lastName: string } | null, site: { id: string, name: string } | null, meterReadings: { totalCount: number, nodes: Array<{ hours: string }> }, maintenanceRecords: { totalCount: number }, assignments: { totalCount: number }, assignmentPlans: { totalCount: number }, siteMoves: { totalCount: number }, papers: { totalCount: number } } & { ' $fragmentName'?: 'MergeSideFragment' };

export type MergeSideQueryVariables = Exact<{
  id: string | number;
}>;


export type MergeSideQuery = { equipment: { ' $fragmentRefs'?: { 'MergeSideFragment': MergeSideFragment } } | null };

export type StatusPeriodsQueryVariables = Exact<{
  id: string | number;
}>;


export type StatusPeriodsQuery = { equipment: { statusPeriods: { nodes: Array<{ status: EquipmentStatus, since: string | null, until: string | null, user: { name: string } | null }> } | null } | null };

export type DeleteEquipmentMutationVariables = Exact<{
  input: DeleteEquipmentInput;
  key: string;
}>;


export type DeleteEquipmentMutation = { deleteEquipment: { deletedId: string | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type RestoreEquipmentMutationVariables = Exact<{
  input: RestoreEquipmentInput;
  key: string;
}>;


export type RestoreEquipmentMutation = { restoreEquipment: { equipment: { id: string, name: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type MergeEquipmentMutationVariables = Exact<{
  input: MergeEquipmentInput;
  key: string;
}>;


export type MergeEquipmentMutation = { mergeEquipment: { deletedId: string | null, movedRows: number | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type UndoMergeEquipmentMutationVariables = Exact<{
  input: UndoMergeEquipmentInput;
  key: string;
}>;


export type UndoMergeEquipmentMutation = { undoMergeEquipment: { duplicate: { id: string } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null }
    > } | null };

export type EditableFragment = { id: string, name: string, serialNumber: string | null, category: string, status: EquipmentStatus, cost: string | null, manufacturer: string | null, model: string | null, year: number | null, inServiceOn: string | null, retiredOn: string | null, replacementValue: string | null, scheduledHoursPerWeek: string | null, description: string | null, version: number, updatedAt: string } & { ' $fragmentName'?: 'EditableFragment' };

export type UpdateEquipmentMutationVariables = Exact<{
  input: UpdateEquipmentInput;
  key: string;
}>;


export type UpdateEquipmentMutation = { updateEquipment: { equipment: { ' $fragmentRefs'?: { 'EditableFragment': EditableFragment } } | null, errors: Array<
      | { message: string, reason: ErrorReason, field: Array<string> | null }
      | { message: string, reason: ErrorReason, field: Array<string> | null, current:
          | { id: string, name: string, serialNumber: string | null, category: string, status: EquipmentStatus, cost: string | null, manufacturer: string | null, model: string | null, year: number | null, inServiceOn: string | null, retiredOn: string | null, replacementValue: string | null, scheduledHoursPerWeek: string | null, description: string | null, version: number, updatedAt: string }
          | Record<PropertyKey, never>
         | null }
    > } | null };

export type UpdateEquipmentBatchMutationVariables = Exact<{
  input: UpdateEquipmentBatchInput;
  key: string;
}>;


export type UpdateEquipmentBatchMutation = { updateEquipmentBatch: { results: Array<{ outcome: BatchOutcome, equipment: { ' $fragmentRefs'?: { 'EquipmentRowFragment': EquipmentRowFragment } } | null, errors: Array<
        | { message: string, reason: ErrorReason }
        | { message: string, reason: ErrorReason }
      > }>, errors: Array<
      | { message: string, reason: ErrorReason }
      | { message: string, reason: ErrorReason }
    > } | null };

export type EquipmentVersionsQueryVariables = Exact<{
  ids: Array<string | number> | string | number;
}>;


export type EquipmentVersionsQuery = { nodes: Array<
    | { id: string }
    | { id: string }
    | { id: string }
    | { version: number, id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
   | null> | null };

export type SiteCountsQueryVariables = Exact<{
  filter: EquipmentFilter;
  first: number;
}>;


export type SiteCountsQuery = { equipmentAggregates: Array<{ count: number, keys: Array<{ value: string | null, label: string | null }> }> | null };

export type SiteNamesQueryVariables = Exact<{
  ids: Array<string | number> | string | number;
}>;


export type SiteNamesQuery = { sites: { nodes: Array<{ id: string, name: string }> } | null };

export type AttentionQueryVariables = Exact<{
  overdue: MaintenanceRecordFilter;
  down: MaintenanceRecordFilter;
  due: MaintenanceRecordFilter;
  progress: MaintenanceRecordFilter;
}>;


export type AttentionQuery = { overdue: { ' $fragmentRefs'?: { 'AttentionListFragment': AttentionListFragment } } | null, down: { ' $fragmentRefs'?: { 'AttentionListFragment': AttentionListFragment } } | null, due: { ' $fragmentRefs'?: { 'AttentionListFragment': AttentionListFragment } } | null, progress: { ' $fragmentRefs'?: { 'AttentionListFragment': AttentionListFragment } } | null };

export type AttentionListFragment = { totalCount: number, nodes: Array<{ id: string, maintenanceDate: string, downFrom: string | null, equipment: { id: string, name: string } | null }> } & { ' $fragmentName'?: 'AttentionListFragment' };

export type CostsQueryVariables = Exact<{
  months: MaintenanceRecordFilter;
  sameDays: MaintenanceRecordFilter;
  year: MaintenanceRecordFilter;
}>;


export type CostsQuery = { byMonth: Array<{ month: string | null, kind: MaintenanceKind | null, totalCost: string }> | null, sameDays: Array<{ totalCost: string }> | null, costliest: Array<{ totalCost: string, equipment: { id: string, name: string } | null }> | null, year: Array<{ totalCost: string }> | null };

export type NewestWorkQueryVariables = Exact<{ [key: string]: never; }>;


export type NewestWorkQuery = { maintenanceRecords: { nodes: Array<{ id: string, maintenanceDate: string, kind: MaintenanceKind, status: MaintenanceStatus, description: string | null, performedBy: string | null, cost: string | null, equipment: { id: string, name: string } | null }> } | null };

export type FleetStatsFragment = { totalEquipment: number, averageCost: string | null, totalValue: string, computedAt: string, sequence: number | null, statusCounts: Array<{ status: EquipmentStatus, count: number }> } & { ' $fragmentName'?: 'FleetStatsFragment' };

export type FleetFiguresQueryVariables = Exact<{
  scope: StatsScope;
}>;


export type FleetFiguresQuery = { dashboardStats: { ' $fragmentRefs'?: { 'FleetStatsFragment': FleetStatsFragment } } | null };

export type FleetFiguresLiveSubscriptionVariables = Exact<{
  scope: StatsScope;
}>;


export type FleetFiguresLiveSubscription = { dashboardStats: { ' $fragmentRefs'?: { 'FleetStatsFragment': FleetStatsFragment } } };

export type WorkBreakdownQueryVariables = Exact<{
  filter: MaintenanceRecordFilter;
  groupBy: Array<AggregateDimension> | AggregateDimension;
  orderBy: Array<AggregateOrder> | AggregateOrder;
  first: number;
}>;


export type WorkBreakdownQuery = { maintenanceAggregates: Array<{ count: number, keys: Array<{ value: string | null, label: string | null }>, cost: { sum: string, average: string | null, missing: number }, labourHours: { sum: string, count: number }, downtimeHours: { sum: string, count: number } }> | null };

export type KpiFigureFragment = { value: string | null, unit: KpiUnit, previous: string | null, delta: string | null, sampleSize: number, nullReason: KpiReason | null, coverage: string | null, definition: string, excluded: Array<{ reason: KpiReason, count: number }> } & { ' $fragmentName'?: 'KpiFigureFragment' };

export type ReliabilityQueryVariables = Exact<{
  from: string;
  to: string;
  filter?: EquipmentFilter | null | undefined;
}>;


export type ReliabilityQuery = { kpis: { calendarAvailability: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, inherentAvailability: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, failures: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, stoppingFailures: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, meanUpTimeBetweenFailures: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, meanOperatingTimeBetweenFailures: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, meanTimeToRestoration: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, medianTimeToRestoration: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, p90TimeToRestoration: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, meanDownTime: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, medianDownTime: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, p90DownTime: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, maintenanceCostPerHour: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, labourCostPerHour: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, partsCostPerHour: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, costToReplacementValue: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, plannedShare: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, backlog: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, overdue: { ' $fragmentRefs'?: { 'KpiFigureFragment': KpiFigureFragment } }, overdueByAge: Array<{ fromDays: number, toDays: number | null, count: number }> } | null };

export type KpiRowsFragment = { contributingRecords: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, kind: MaintenanceKind, status: MaintenanceStatus, maintenanceDate: string, description: string | null, cost: string | null, downFrom: string | null, downTo: string | null, equipment: { id: string, name: string } | null }> } } & { ' $fragmentName'?: 'KpiRowsFragment' };

export type ReliabilityRowsQueryVariables = Exact<{
  from: string;
  to: string;
  filter?: EquipmentFilter | null | undefined;
  after?: string | null | undefined;
  calendarAvailability: boolean;
  inherentAvailability: boolean;
  failures: boolean;
  stoppingFailures: boolean;
  meanUpTimeBetweenFailures: boolean;
  meanOperatingTimeBetweenFailures: boolean;
  meanTimeToRestoration: boolean;
  medianTimeToRestoration: boolean;
  p90TimeToRestoration: boolean;
  meanDownTime: boolean;
  medianDownTime: boolean;
  p90DownTime: boolean;
  maintenanceCostPerHour: boolean;
  labourCostPerHour: boolean;
  partsCostPerHour: boolean;
  costToReplacementValue: boolean;
  plannedShare: boolean;
  backlog: boolean;
  overdue: boolean;
}>;


export type ReliabilityRowsQuery = { kpis: { calendarAvailability?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, inherentAvailability?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, failures?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, stoppingFailures?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, meanUpTimeBetweenFailures?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, meanOperatingTimeBetweenFailures?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, meanTimeToRestoration?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, medianTimeToRestoration?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, p90TimeToRestoration?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, meanDownTime?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, medianDownTime?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, p90DownTime?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, maintenanceCostPerHour?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, labourCostPerHour?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, partsCostPerHour?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, costToReplacementValue?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, plannedShare?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, backlog?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } }, overdue?: { ' $fragmentRefs'?: { 'KpiRowsFragment': KpiRowsFragment } } } | null };

export type SiteArrivalsQueryVariables = Exact<{
  first: number;
  offset: number;
  filter: EquipmentFilter;
}>;


export type SiteArrivalsQuery = { equipmentList: { nodes: Array<{ id: string, siteMoves: { nodes: Array<{ arrivedAt: string, leftAt: string | null }> } }> } | null };

export type SiteHistoryQueryVariables = Exact<{
  id: string | number;
  first: number;
}>;


export type SiteHistoryQuery = { site: { history: { nodes: Array<{ ' $fragmentRefs'?: { 'HistoryLineFragment': HistoryLineFragment } }>, pageInfo: { hasNextPage: boolean } } } | null };

export type MachineNamesQueryVariables = Exact<{
  ids: Array<string | number> | string | number;
}>;


export type MachineNamesQuery = { equipmentList: { nodes: Array<{ id: string, name: string }> } | null };

export type MachinesElsewhereQueryVariables = Exact<{
  filter: EquipmentFilter;
}>;


export type MachinesElsewhereQuery = { equipmentList: { nodes: Array<{ id: string, name: string, site: { id: string, name: string } | null }> } | null };

export type WorkRowFragment = { id: string, version: number, kind: MaintenanceKind, status: MaintenanceStatus, maintenanceDate: string, description: string | null, performedBy: string | null, downFrom: string | null, downTo: string | null, equipment: { id: string, name: string, category: string, assignedOperator: { firstName: string, lastName: string } | null } | null } & { ' $fragmentName'?: 'WorkRowFragment' };

export type WorkQueryVariables = Exact<{
  first: number;
  offset?: number | null | undefined;
  filter: MaintenanceRecordFilter;
  orderBy: MaintenanceRecordOrder;
}>;


export type WorkQuery = { maintenanceRecords: { totalCount: number, nodes: Array<{ ' $fragmentRefs'?: { 'WorkRowFragment': WorkRowFragment } }> } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const AssignmentPlanFieldsFragmentDoc = new TypedDocumentString(`
    fragment AssignmentPlanFields on AssignmentPlan {
  id
  startsAt
  endsAt
  status
  reason
  operator {
    id
    firstName
    lastName
  }
}
    `, {"fragmentName":"AssignmentPlanFields"}) as unknown as TypedDocumentString<AssignmentPlanFieldsFragment, unknown>;
export const EquipmentRowFragmentDoc = new TypedDocumentString(`
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}
    `, {"fragmentName":"EquipmentRow"}) as unknown as TypedDocumentString<EquipmentRowFragment, unknown>;
export const HistoryLineFragmentDoc = new TypedDocumentString(`
    fragment HistoryLine on HistoryEntry {
  id
  action
  reason
  at
  user {
    name
  }
  changes {
    field
    from
    to
  }
}
    `, {"fragmentName":"HistoryLine"}) as unknown as TypedDocumentString<HistoryLineFragment, unknown>;
export const PaperFieldsFragmentDoc = new TypedDocumentString(`
    fragment PaperFields on Paper {
  id
  version
  kind
  number
  issuedOn
  validUntil
  note
}
    `, {"fragmentName":"PaperFields"}) as unknown as TypedDocumentString<PaperFieldsFragment, unknown>;
export const ScheduleFieldsFragmentDoc = new TypedDocumentString(`
    fragment ScheduleFields on ServiceSchedule {
  id
  version
  createdAt
  title
  kind
  category
  manufacturer
  model
  intervalDays
  intervalHours
  recurrence
  lastDoneOn
  lastDoneHours
  firstDueOn
  firstDueHours
  leadDays
  leadHours
  estimatedCost
  estimatedHours
  pauses {
    from
    to
  }
}
    `, {"fragmentName":"ScheduleFields"}) as unknown as TypedDocumentString<ScheduleFieldsFragment, unknown>;
export const MachineServiceFragmentDoc = new TypedDocumentString(`
    fragment MachineService on ScheduledService {
  status
  occurrence
  dueOn
  dueHours
  hours
  record {
    id
  }
  forecast {
    on
    earliest
    latest
    nullReason
  }
  serviceSchedule {
    id
    version
    title
    kind
    intervalDays
    intervalHours
    category
    manufacturer
    model
    pausedAt
  }
}
    `, {"fragmentName":"MachineService"}) as unknown as TypedDocumentString<MachineServiceFragment, unknown>;
export const SiteFieldsFragmentDoc = new TypedDocumentString(`
    fragment SiteFields on Site {
  id
  version
  name
  code
  address
  timeZone
  createdAt
  deletedAt
  equipment(first: 1) {
    totalCount
  }
}
    `, {"fragmentName":"SiteFields"}) as unknown as TypedDocumentString<SiteFieldsFragment, unknown>;
export const SavedQueryFieldsFragmentDoc = new TypedDocumentString(`
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
    `, {"fragmentName":"SavedQueryFields"}) as unknown as TypedDocumentString<SavedQueryFieldsFragment, unknown>;
export const MergeSideFragmentDoc = new TypedDocumentString(`
    fragment MergeSide on Equipment {
  id
  version
  name
  serialNumber
  category
  status
  manufacturer
  model
  year
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  meterReadings(first: 1) {
    totalCount
    nodes {
      hours
    }
  }
  maintenanceRecords(first: 1) {
    totalCount
  }
  assignments(first: 1) {
    totalCount
  }
  assignmentPlans(first: 1) {
    totalCount
  }
  siteMoves(first: 1) {
    totalCount
  }
  papers(first: 1) {
    totalCount
  }
}
    `, {"fragmentName":"MergeSide"}) as unknown as TypedDocumentString<MergeSideFragment, unknown>;
export const EditableFragmentDoc = new TypedDocumentString(`
    fragment Editable on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  manufacturer
  model
  year
  inServiceOn
  retiredOn
  replacementValue
  scheduledHoursPerWeek
  description
  version
  updatedAt
}
    `, {"fragmentName":"Editable"}) as unknown as TypedDocumentString<EditableFragment, unknown>;
export const AttentionListFragmentDoc = new TypedDocumentString(`
    fragment AttentionList on MaintenanceRecordConnection {
  totalCount
  nodes {
    id
    maintenanceDate
    downFrom
    equipment {
      id
      name
    }
  }
}
    `, {"fragmentName":"AttentionList"}) as unknown as TypedDocumentString<AttentionListFragment, unknown>;
export const FleetStatsFragmentDoc = new TypedDocumentString(`
    fragment FleetStats on DashboardStats {
  totalEquipment
  averageCost
  totalValue
  statusCounts {
    status
    count
  }
  computedAt
  sequence
}
    `, {"fragmentName":"FleetStats"}) as unknown as TypedDocumentString<FleetStatsFragment, unknown>;
export const KpiFigureFragmentDoc = new TypedDocumentString(`
    fragment KpiFigure on Kpi {
  value
  unit
  previous
  delta
  sampleSize
  excluded {
    reason
    count
  }
  nullReason
  coverage
  definition
}
    `, {"fragmentName":"KpiFigure"}) as unknown as TypedDocumentString<KpiFigureFragment, unknown>;
export const KpiRowsFragmentDoc = new TypedDocumentString(`
    fragment KpiRows on Kpi {
  contributingRecords(first: 50, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      kind
      status
      maintenanceDate
      description
      cost
      downFrom
      downTo
      equipment {
        id
        name
      }
    }
  }
}
    `, {"fragmentName":"KpiRows"}) as unknown as TypedDocumentString<KpiRowsFragment, unknown>;
export const WorkRowFragmentDoc = new TypedDocumentString(`
    fragment WorkRow on MaintenanceRecord {
  id
  version
  kind
  status
  maintenanceDate
  description
  performedBy
  downFrom
  downTo
  equipment {
    id
    name
    category
    assignedOperator {
      firstName
      lastName
    }
  }
}
    `, {"fragmentName":"WorkRow"}) as unknown as TypedDocumentString<WorkRowFragment, unknown>;
export const ChangePasswordDocument = new TypedDocumentString(`
    mutation ChangePassword($input: ChangePasswordInput!) {
  changePassword(input: $input) {
    errors {
      message
      field
    }
  }
}
    `) as unknown as TypedDocumentString<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const FindDocument = new TypedDocumentString(`
    query Find($search: String!) {
  equipmentList(first: 6, filter: {search: $search}, orderBy: NAME_ASC) {
    nodes {
      id
      name
      serialNumber
      status
    }
  }
  sites(first: 3, filter: {search: $search}, orderBy: NAME_ASC) {
    nodes {
      id
      name
      code
      address
    }
  }
  operators(first: 4, filter: {search: $search, status: [ACTIVE]}) {
    nodes {
      id
      firstName
      lastName
      assignedEquipment(first: 3) {
        nodes {
          id
          name
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<FindQuery, FindQueryVariables>;
export const EnsureSessionDocument = new TypedDocumentString(`
    query EnsureSession {
  viewer {
    id
  }
}
    `) as unknown as TypedDocumentString<EnsureSessionQuery, EnsureSessionQueryVariables>;
export const MachineAssignmentPlansDocument = new TypedDocumentString(`
    query MachineAssignmentPlans($id: ID!) {
  equipment(id: $id) {
    assignmentPlans(first: 100) {
      totalCount
      nodes {
        ...AssignmentPlanFields
      }
    }
  }
}
    fragment AssignmentPlanFields on AssignmentPlan {
  id
  startsAt
  endsAt
  status
  reason
  operator {
    id
    firstName
    lastName
  }
}`) as unknown as TypedDocumentString<MachineAssignmentPlansQuery, MachineAssignmentPlansQueryVariables>;
export const PlanAssignmentDocument = new TypedDocumentString(`
    mutation PlanAssignment($input: PlanAssignmentInput!, $key: String!) {
  planAssignment(input: $input, idempotencyKey: $key) {
    assignmentPlan {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<PlanAssignmentMutation, PlanAssignmentMutationVariables>;
export const CancelAssignmentPlanDocument = new TypedDocumentString(`
    mutation CancelAssignmentPlan($input: CancelAssignmentPlanInput!, $key: String!) {
  cancelAssignmentPlan(input: $input, idempotencyKey: $key) {
    assignmentPlan {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<CancelAssignmentPlanMutation, CancelAssignmentPlanMutationVariables>;
export const EquipmentCountsDocument = new TypedDocumentString(`
    query EquipmentCounts($active: EquipmentFilter!, $maintenance: EquipmentFilter!, $inactive: EquipmentFilter!, $retired: EquipmentFilter!) {
  ACTIVE: equipmentList(first: 1, filter: $active) {
    totalCount
  }
  MAINTENANCE: equipmentList(first: 1, filter: $maintenance) {
    totalCount
  }
  INACTIVE: equipmentList(first: 1, filter: $inactive) {
    totalCount
  }
  RETIRED: equipmentList(first: 1, filter: $retired) {
    totalCount
  }
}
    `) as unknown as TypedDocumentString<EquipmentCountsQuery, EquipmentCountsQueryVariables>;
export const CategoriesDocument = new TypedDocumentString(`
    query Categories($filter: EquipmentFilter!) {
  categories(filter: $filter, first: 1000) {
    category
    count
  }
}
    `) as unknown as TypedDocumentString<CategoriesQuery, CategoriesQueryVariables>;
export const EquipmentDetailDocument = new TypedDocumentString(`
    query EquipmentDetail($id: ID!) {
  equipment(id: $id) {
    id
    name
    serialNumber
    description
    category
    status
    cost
    manufacturer
    model
    year
    inServiceOn
    retiredOn
    replacementValue
    scheduledHoursPerWeek
    lifetimeHours
    createdAt
    updatedAt
    version
    user {
      id
      name
    }
    assignedOperator {
      id
      firstName
      lastName
    }
    site {
      id
      name
      code
    }
    siteMoves(first: 20) {
      nodes {
        id
        arrivedAt
        leftAt
        site {
          id
          name
        }
      }
    }
    next: maintenanceRecords(
      first: 5
      filter: {status: [PLANNED]}
      orderBy: MAINTENANCE_DATE_ASC
    ) {
      nodes {
        id
        version
        kind
        status
        maintenanceDate
        description
      }
    }
    records: maintenanceRecords(first: 100) {
      nodes {
        id
        version
        kind
        status
        maintenanceDate
        description
        cost
        performedBy
        downFrom
        downTo
        meterHours
        reversalOf {
          id
        }
      }
      totalCount
    }
    meterReadings(first: 100) {
      nodes {
        id
        readAt
        hours
        replacement
      }
      totalCount
    }
    assignments(first: 50) {
      nodes {
        id
        assignedAt
        releasedAt
        operator {
          id
          firstName
          lastName
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<EquipmentDetailQuery, EquipmentDetailQueryVariables>;
export const EquipmentPageDocument = new TypedDocumentString(`
    query EquipmentPage($first: Int!, $offset: Int!, $filter: EquipmentFilter, $orderBy: EquipmentOrder!) {
  equipmentList(
    first: $first
    offset: $offset
    filter: $filter
    orderBy: $orderBy
  ) {
    nodes {
      ...EquipmentRow
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<EquipmentPageQuery, EquipmentPageQueryVariables>;
export const CorrectAssignmentDocument = new TypedDocumentString(`
    mutation CorrectAssignment($input: CorrectAssignmentInput!, $key: String!) {
  correctAssignment(input: $input, idempotencyKey: $key) {
    assignment {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<CorrectAssignmentMutation, CorrectAssignmentMutationVariables>;
export const DeleteAssignmentDocument = new TypedDocumentString(`
    mutation DeleteAssignment($input: DeleteAssignmentInput!, $key: String!) {
  deleteAssignment(input: $input, idempotencyKey: $key) {
    deletedId
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteAssignmentMutation, DeleteAssignmentMutationVariables>;
export const FindOperatorsDocument = new TypedDocumentString(`
    query FindOperators($filter: OperatorFilter!) {
  operators(first: 20, filter: $filter) {
    nodes {
      id
      firstName
      lastName
    }
  }
}
    `) as unknown as TypedDocumentString<FindOperatorsQuery, FindOperatorsQueryVariables>;
export const CreateEquipmentDocument = new TypedDocumentString(`
    mutation CreateEquipment($input: CreateEquipmentInput!, $key: String!) {
  createEquipment(input: $input, idempotencyKey: $key) {
    equipment {
      id
      name
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<CreateEquipmentMutation, CreateEquipmentMutationVariables>;
export const EquipmentChangedDocument = new TypedDocumentString(`
    subscription EquipmentChanged {
  equipmentChanged {
    change
    id
    equipment {
      ...EquipmentRow
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<EquipmentChangedSubscription, EquipmentChangedSubscriptionVariables>;
export const MachineMetersDocument = new TypedDocumentString(`
    query MachineMeters($id: ID!) {
  equipment(id: $id) {
    meters {
      id
      name
      unit
      lifetime
      readings(first: 20) {
        nodes {
          id
          readAt
          hours
          replacement
        }
        totalCount
      }
    }
  }
}
    `) as unknown as TypedDocumentString<MachineMetersQuery, MachineMetersQueryVariables>;
export const AddMeterDocument = new TypedDocumentString(`
    mutation AddMeter($input: AddMeterInput!, $key: String!) {
  addMeter(input: $input, idempotencyKey: $key) {
    meter {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<AddMeterMutation, AddMeterMutationVariables>;
export const ChangeMeterDocument = new TypedDocumentString(`
    mutation ChangeMeter($input: ChangeMeterInput!, $key: String!) {
  changeMeter(input: $input, idempotencyKey: $key) {
    meter {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<ChangeMeterMutation, ChangeMeterMutationVariables>;
export const DeleteMeterDocument = new TypedDocumentString(`
    mutation DeleteMeter($input: DeleteMeterInput!, $key: String!) {
  deleteMeter(input: $input, idempotencyKey: $key) {
    deletedId
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteMeterMutation, DeleteMeterMutationVariables>;
export const AddMeterReadingDocument = new TypedDocumentString(`
    mutation AddMeterReading($input: AddMeterReadingInput!, $key: String!) {
  addMeterReading(input: $input, idempotencyKey: $key) {
    meterReading {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<AddMeterReadingMutation, AddMeterReadingMutationVariables>;
export const CorrectMeterReadingDocument = new TypedDocumentString(`
    mutation CorrectMeterReading($input: CorrectMeterReadingInput!, $key: String!) {
  correctMeterReading(input: $input, idempotencyKey: $key) {
    meterReading {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<CorrectMeterReadingMutation, CorrectMeterReadingMutationVariables>;
export const VoidMeterReadingDocument = new TypedDocumentString(`
    mutation VoidMeterReading($input: VoidMeterReadingInput!, $key: String!) {
  voidMeterReading(input: $input, idempotencyKey: $key) {
    meterReading {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<VoidMeterReadingMutation, VoidMeterReadingMutationVariables>;
export const VoidReadingsDocument = new TypedDocumentString(`
    query VoidReadings($id: ID!) {
  equipment(id: $id) {
    meterReadings(first: 50, filter: {voided: ONLY}) {
      nodes {
        id
        readAt
        hours
        replacement
        voidedAt
        meter {
          name
          unit
        }
      }
    }
    meters {
      readings(first: 20, filter: {voided: ONLY}) {
        nodes {
          id
          readAt
          hours
          replacement
          voidedAt
          meter {
            name
            unit
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<VoidReadingsQuery, VoidReadingsQueryVariables>;
export const MaintenanceRecordDocument = new TypedDocumentString(`
    query MaintenanceRecord($id: ID!, $history: Boolean!) {
  maintenanceRecord(id: $id) {
    id
    version
    kind
    sourceKind
    sourceRef
    status
    dueDate
    startedAt
    completedAt
    maintenanceDate
    description
    cost
    labourCost
    partsCost
    labourHours
    performedBy
    downFrom
    downTo
    downToExpected
    meterHours
    createdAt
    equipment {
      id
      name
    }
    reversalOf {
      id
      kind
      maintenanceDate
      description
    }
    reversedBy {
      id
      kind
      maintenanceDate
      description
    }
    history(first: 50) @include(if: $history) {
      nodes {
        ...HistoryLine
      }
    }
  }
}
    fragment HistoryLine on HistoryEntry {
  id
  action
  reason
  at
  user {
    name
  }
  changes {
    field
    from
    to
  }
}`) as unknown as TypedDocumentString<MaintenanceRecordQuery, MaintenanceRecordQueryVariables>;
export const DeletedRecordsDocument = new TypedDocumentString(`
    query DeletedRecords($filter: MaintenanceRecordFilter!) {
  maintenanceRecords(first: 50, filter: $filter) {
    totalCount
    nodes {
      id
      version
      kind
      status
      maintenanceDate
      description
      cost
      deletedAt
      history(first: 1) {
        nodes {
          id
          reason
          at
          user {
            name
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<DeletedRecordsQuery, DeletedRecordsQueryVariables>;
export const CorrectMaintenanceDocument = new TypedDocumentString(`
    mutation CorrectMaintenance($input: CorrectMaintenanceInput!, $key: String!) {
  correctMaintenance(input: $input, idempotencyKey: $key) {
    maintenanceRecord {
      id
    }
    equipment {
      ...EquipmentRow
    }
    errors {
      message
      reason
      field
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<CorrectMaintenanceMutation, CorrectMaintenanceMutationVariables>;
export const ReopenMaintenanceDocument = new TypedDocumentString(`
    mutation ReopenMaintenance($input: ReopenMaintenanceInput!, $key: String!) {
  reopenMaintenance(input: $input, idempotencyKey: $key) {
    maintenanceRecord {
      id
    }
    equipment {
      ...EquipmentRow
    }
    errors {
      message
      reason
      field
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<ReopenMaintenanceMutation, ReopenMaintenanceMutationVariables>;
export const DeleteMaintenanceDocument = new TypedDocumentString(`
    mutation DeleteMaintenance($input: DeleteMaintenanceInput!, $key: String!) {
  deleteMaintenance(input: $input, idempotencyKey: $key) {
    maintenanceRecord {
      id
    }
    equipment {
      ...EquipmentRow
    }
    errors {
      message
      reason
      field
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<DeleteMaintenanceMutation, DeleteMaintenanceMutationVariables>;
export const RestoreMaintenanceDocument = new TypedDocumentString(`
    mutation RestoreMaintenance($input: RestoreMaintenanceInput!, $key: String!) {
  restoreMaintenance(input: $input, idempotencyKey: $key) {
    maintenanceRecord {
      id
    }
    equipment {
      ...EquipmentRow
    }
    errors {
      message
      reason
      field
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<RestoreMaintenanceMutation, RestoreMaintenanceMutationVariables>;
export const MoveMaintenanceDocument = new TypedDocumentString(`
    mutation MoveMaintenance($input: MoveMaintenanceInput!, $key: String!) {
  moveMaintenance(input: $input, idempotencyKey: $key) {
    maintenanceRecord {
      id
    }
    equipment {
      ...EquipmentRow
    }
    previousEquipment {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<MoveMaintenanceMutation, MoveMaintenanceMutationVariables>;
export const MaintenanceRecordedDocument = new TypedDocumentString(`
    subscription MaintenanceRecorded {
  maintenanceRecorded {
    change
    record {
      id
      equipment {
        ...EquipmentRow
      }
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<MaintenanceRecordedSubscription, MaintenanceRecordedSubscriptionVariables>;
export const RecordMaintenanceDocument = new TypedDocumentString(`
    mutation RecordMaintenance($input: RecordMaintenanceInput!, $key: String!) {
  recordMaintenance(input: $input, idempotencyKey: $key) {
    maintenanceRecord {
      id
      status
    }
    equipment {
      ...EquipmentRow
    }
    errors {
      message
      reason
      field
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<RecordMaintenanceMutation, RecordMaintenanceMutationVariables>;
export const StartMaintenanceDocument = new TypedDocumentString(`
    mutation StartMaintenance($input: StartMaintenanceInput!, $key: String!) {
  startMaintenance(input: $input, idempotencyKey: $key) {
    maintenanceRecord {
      id
      status
    }
    equipment {
      ...EquipmentRow
    }
    errors {
      message
      reason
      field
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<StartMaintenanceMutation, StartMaintenanceMutationVariables>;
export const CompleteMaintenanceDocument = new TypedDocumentString(`
    mutation CompleteMaintenance($input: CompleteMaintenanceInput!, $key: String!) {
  completeMaintenance(input: $input, idempotencyKey: $key) {
    maintenanceRecord {
      id
      status
    }
    equipment {
      ...EquipmentRow
    }
    errors {
      message
      reason
      field
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<CompleteMaintenanceMutation, CompleteMaintenanceMutationVariables>;
export const CancelMaintenanceDocument = new TypedDocumentString(`
    mutation CancelMaintenance($input: CancelMaintenanceInput!, $key: String!) {
  cancelMaintenance(input: $input, idempotencyKey: $key) {
    maintenanceRecord {
      id
      status
    }
    equipment {
      ...EquipmentRow
    }
    errors {
      message
      reason
      field
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<CancelMaintenanceMutation, CancelMaintenanceMutationVariables>;
export const WorkCountsDocument = new TypedDocumentString(`
    query WorkCounts {
  maintenanceSummary(filter: {status: [PLANNED, IN_PROGRESS]}, groupBy: [STATUS]) {
    status
    records
  }
}
    `) as unknown as TypedDocumentString<WorkCountsQuery, WorkCountsQueryVariables>;
export const MachinePapersDocument = new TypedDocumentString(`
    query MachinePapers($id: ID!) {
  equipment(id: $id) {
    papers(first: 100) {
      totalCount
      nodes {
        ...PaperFields
      }
    }
  }
}
    fragment PaperFields on Paper {
  id
  version
  kind
  number
  issuedOn
  validUntil
  note
}`) as unknown as TypedDocumentString<MachinePapersQuery, MachinePapersQueryVariables>;
export const ExpiringPapersDocument = new TypedDocumentString(`
    query ExpiringPapers($first: Int!, $filter: PaperFilter!) {
  papers(first: $first, filter: $filter) {
    totalCount
    nodes {
      ...PaperFields
      equipment {
        id
        name
        category
      }
    }
  }
}
    fragment PaperFields on Paper {
  id
  version
  kind
  number
  issuedOn
  validUntil
  note
}`) as unknown as TypedDocumentString<ExpiringPapersQuery, ExpiringPapersQueryVariables>;
export const CreatePaperDocument = new TypedDocumentString(`
    mutation CreatePaper($input: CreatePaperInput!, $key: String!) {
  createPaper(input: $input, idempotencyKey: $key) {
    paper {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<CreatePaperMutation, CreatePaperMutationVariables>;
export const UpdatePaperDocument = new TypedDocumentString(`
    mutation UpdatePaper($input: UpdatePaperInput!, $key: String!) {
  updatePaper(input: $input, idempotencyKey: $key) {
    paper {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<UpdatePaperMutation, UpdatePaperMutationVariables>;
export const DeletePaperDocument = new TypedDocumentString(`
    mutation DeletePaper($input: DeletePaperInput!, $key: String!) {
  deletePaper(input: $input, idempotencyKey: $key) {
    paper {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<DeletePaperMutation, DeletePaperMutationVariables>;
export const RestorePaperDocument = new TypedDocumentString(`
    mutation RestorePaper($input: RestorePaperInput!, $key: String!) {
  restorePaper(input: $input, idempotencyKey: $key) {
    paper {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<RestorePaperMutation, RestorePaperMutationVariables>;
export const ScheduleDetailDocument = new TypedDocumentString(`
    query ScheduleDetail($id: ID!) {
  serviceSchedule(id: $id) {
    ...ScheduleFields
  }
}
    fragment ScheduleFields on ServiceSchedule {
  id
  version
  createdAt
  title
  kind
  category
  manufacturer
  model
  intervalDays
  intervalHours
  recurrence
  lastDoneOn
  lastDoneHours
  firstDueOn
  firstDueHours
  leadDays
  leadHours
  estimatedCost
  estimatedHours
  pauses {
    from
    to
  }
}`) as unknown as TypedDocumentString<ScheduleDetailQuery, ScheduleDetailQueryVariables>;
export const ScheduleHistoryDocument = new TypedDocumentString(`
    query ScheduleHistory($id: ID!, $first: Int!) {
  serviceSchedule(id: $id) {
    history(first: $first) {
      nodes {
        ...HistoryLine
      }
      pageInfo {
        hasNextPage
      }
    }
  }
}
    fragment HistoryLine on HistoryEntry {
  id
  action
  reason
  at
  user {
    name
  }
  changes {
    field
    from
    to
  }
}`) as unknown as TypedDocumentString<ScheduleHistoryQuery, ScheduleHistoryQueryVariables>;
export const MachineServicesDocument = new TypedDocumentString(`
    query MachineServices($id: ID!) {
  equipment(id: $id) {
    services(first: 100) {
      totalCount
      nodes {
        ...MachineService
      }
    }
  }
}
    fragment MachineService on ScheduledService {
  status
  occurrence
  dueOn
  dueHours
  hours
  record {
    id
  }
  forecast {
    on
    earliest
    latest
    nullReason
  }
  serviceSchedule {
    id
    version
    title
    kind
    intervalDays
    intervalHours
    category
    manufacturer
    model
    pausedAt
  }
}`) as unknown as TypedDocumentString<MachineServicesQuery, MachineServicesQueryVariables>;
export const CreateServiceScheduleDocument = new TypedDocumentString(`
    mutation CreateServiceSchedule($input: CreateServiceScheduleInput!, $key: String!) {
  createServiceSchedule(input: $input, idempotencyKey: $key) {
    serviceSchedule {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<CreateServiceScheduleMutation, CreateServiceScheduleMutationVariables>;
export const PauseServiceScheduleDocument = new TypedDocumentString(`
    mutation PauseServiceSchedule($input: PauseServiceScheduleInput!, $key: String!) {
  pauseServiceSchedule(input: $input, idempotencyKey: $key) {
    serviceSchedule {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<PauseServiceScheduleMutation, PauseServiceScheduleMutationVariables>;
export const ResumeServiceScheduleDocument = new TypedDocumentString(`
    mutation ResumeServiceSchedule($input: ResumeServiceScheduleInput!, $key: String!) {
  resumeServiceSchedule(input: $input, idempotencyKey: $key) {
    serviceSchedule {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<ResumeServiceScheduleMutation, ResumeServiceScheduleMutationVariables>;
export const DeleteServiceScheduleDocument = new TypedDocumentString(`
    mutation DeleteServiceSchedule($input: DeleteServiceScheduleInput!, $key: String!) {
  deleteServiceSchedule(input: $input, idempotencyKey: $key) {
    serviceSchedule {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteServiceScheduleMutation, DeleteServiceScheduleMutationVariables>;
export const RestoreServiceScheduleDocument = new TypedDocumentString(`
    mutation RestoreServiceSchedule($input: RestoreServiceScheduleInput!, $key: String!) {
  restoreServiceSchedule(input: $input, idempotencyKey: $key) {
    serviceSchedule {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<RestoreServiceScheduleMutation, RestoreServiceScheduleMutationVariables>;
export const UpdateServiceScheduleDocument = new TypedDocumentString(`
    mutation UpdateServiceSchedule($input: UpdateServiceScheduleInput!, $key: String!) {
  updateServiceSchedule(input: $input, idempotencyKey: $key) {
    serviceSchedule {
      id
    }
    errors {
      message
      reason
      field
      ... on VersionConflict {
        current {
          ... on ServiceSchedule {
            id
            version
            createdAt
            title
            kind
            category
            manufacturer
            model
            intervalDays
            intervalHours
            recurrence
            lastDoneOn
            lastDoneHours
            firstDueOn
            firstDueHours
            leadDays
            leadHours
            estimatedCost
            estimatedHours
            pauses {
              from
              to
            }
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateServiceScheduleMutation, UpdateServiceScheduleMutationVariables>;
export const SitePageDocument = new TypedDocumentString(`
    query SitePage($first: Int!, $offset: Int!, $filter: SiteFilter!) {
  sites(first: $first, offset: $offset, filter: $filter, orderBy: NAME_ASC) {
    nodes {
      ...SiteFields
    }
  }
}
    fragment SiteFields on Site {
  id
  version
  name
  code
  address
  timeZone
  createdAt
  deletedAt
  equipment(first: 1) {
    totalCount
  }
}`) as unknown as TypedDocumentString<SitePageQuery, SitePageQueryVariables>;
export const SiteCountDocument = new TypedDocumentString(`
    query SiteCount($filter: SiteFilter!) {
  sites(first: 1, filter: $filter) {
    totalCount
  }
}
    `) as unknown as TypedDocumentString<SiteCountQuery, SiteCountQueryVariables>;
export const SiteDetailDocument = new TypedDocumentString(`
    query SiteDetail($id: ID!) {
  site(id: $id) {
    ...SiteFields
  }
}
    fragment SiteFields on Site {
  id
  version
  name
  code
  address
  timeZone
  createdAt
  deletedAt
  equipment(first: 1) {
    totalCount
  }
}`) as unknown as TypedDocumentString<SiteDetailQuery, SiteDetailQueryVariables>;
export const DeletedSiteDocument = new TypedDocumentString(`
    query DeletedSite($filter: SiteFilter!) {
  sites(first: 1, filter: $filter) {
    nodes {
      id
      name
      deletedAt
    }
  }
}
    `) as unknown as TypedDocumentString<DeletedSiteQuery, DeletedSiteQueryVariables>;
export const FindSitesDocument = new TypedDocumentString(`
    query FindSites($filter: SiteFilter!) {
  sites(first: 20, filter: $filter) {
    nodes {
      id
      name
      code
    }
  }
}
    `) as unknown as TypedDocumentString<FindSitesQuery, FindSitesQueryVariables>;
export const MoveEquipmentDocument = new TypedDocumentString(`
    mutation MoveEquipment($input: MoveEquipmentInput!, $key: String!) {
  moveEquipment(input: $input, idempotencyKey: $key) {
    equipment {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<MoveEquipmentMutation, MoveEquipmentMutationVariables>;
export const CreateSiteDocument = new TypedDocumentString(`
    mutation CreateSite($input: CreateSiteInput!, $key: String!) {
  createSite(input: $input, idempotencyKey: $key) {
    site {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<CreateSiteMutation, CreateSiteMutationVariables>;
export const UpdateSiteDocument = new TypedDocumentString(`
    mutation UpdateSite($input: UpdateSiteInput!, $key: String!) {
  updateSite(input: $input, idempotencyKey: $key) {
    site {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateSiteMutation, UpdateSiteMutationVariables>;
export const DeleteSiteDocument = new TypedDocumentString(`
    mutation DeleteSite($input: DeleteSiteInput!, $key: String!) {
  deleteSite(input: $input, idempotencyKey: $key) {
    site {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteSiteMutation, DeleteSiteMutationVariables>;
export const RestoreSiteDocument = new TypedDocumentString(`
    mutation RestoreSite($input: RestoreSiteInput!, $key: String!) {
  restoreSite(input: $input, idempotencyKey: $key) {
    site {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<RestoreSiteMutation, RestoreSiteMutationVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    id
    name
    email
    role
    passwordMustChange
    company {
      id
      name
      currency
      timeZone
    }
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const CurrentSessionDocument = new TypedDocumentString(`
    query CurrentSession {
  sessions {
    current
  }
}
    `) as unknown as TypedDocumentString<CurrentSessionQuery, CurrentSessionQueryVariables>;
export const SavedQueryDocument = new TypedDocumentString(`
    query SavedQuery($id: ID!) {
  savedQuery(id: $id) {
    ...SavedQueryFields
  }
}
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
}`) as unknown as TypedDocumentString<SavedQueryQuery, SavedQueryQueryVariables>;
export const SavedQueriesDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<SavedQueriesQuery, SavedQueriesQueryVariables>;
export const SavedQueryVersionsDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<SavedQueryVersionsQuery, SavedQueryVersionsQueryVariables>;
export const CreateSavedQueryDocument = new TypedDocumentString(`
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
}`) as unknown as TypedDocumentString<CreateSavedQueryMutation, CreateSavedQueryMutationVariables>;
export const UpdateSavedQueryDocument = new TypedDocumentString(`
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
}`) as unknown as TypedDocumentString<UpdateSavedQueryMutation, UpdateSavedQueryMutationVariables>;
export const DeleteSavedQueryDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<DeleteSavedQueryMutation, DeleteSavedQueryMutationVariables>;
export const RestoreSavedQueryDocument = new TypedDocumentString(`
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
}`) as unknown as TypedDocumentString<RestoreSavedQueryMutation, RestoreSavedQueryMutationVariables>;
export const GraphiQlUserDocument = new TypedDocumentString(`
    query GraphiQLUser {
  viewer {
    name
    role
  }
}
    `) as unknown as TypedDocumentString<GraphiQlUserQuery, GraphiQlUserQueryVariables>;
export const GraphiQlSessionsDocument = new TypedDocumentString(`
    query GraphiQLSessions {
  sessions {
    current
  }
}
    `) as unknown as TypedDocumentString<GraphiQlSessionsQuery, GraphiQlSessionsQueryVariables>;
export const DeletedMachineDocument = new TypedDocumentString(`
    query DeletedMachine($filter: EquipmentFilter!) {
  equipmentList(first: 1, filter: $filter) {
    nodes {
      id
      name
      serialNumber
      description
      category
      status
      cost
      manufacturer
      model
      year
      inServiceOn
      retiredOn
      replacementValue
      scheduledHoursPerWeek
      createdAt
      deletedAt
      version
      user {
        id
        name
      }
      meterReadings(first: 1) {
        nodes {
          hours
          readAt
        }
      }
      maintenanceRecords(first: 50, filter: {deleted: INCLUDE}) {
        totalCount
        nodes {
          id
          kind
          status
          maintenanceDate
          description
          cost
        }
      }
      history(first: 25) {
        nodes {
          ...HistoryLine
        }
      }
    }
  }
}
    fragment HistoryLine on HistoryEntry {
  id
  action
  reason
  at
  user {
    name
  }
  changes {
    field
    from
    to
  }
}`) as unknown as TypedDocumentString<DeletedMachineQuery, DeletedMachineQueryVariables>;
export const MachineHistoryDocument = new TypedDocumentString(`
    query MachineHistory($id: ID!, $first: Int!) {
  equipment(id: $id) {
    history(first: $first) {
      nodes {
        ...HistoryLine
      }
      pageInfo {
        hasNextPage
      }
    }
  }
}
    fragment HistoryLine on HistoryEntry {
  id
  action
  reason
  at
  user {
    name
  }
  changes {
    field
    from
    to
  }
}`) as unknown as TypedDocumentString<MachineHistoryQuery, MachineHistoryQueryVariables>;
export const MergeSideDocument = new TypedDocumentString(`
    query MergeSide($id: ID!) {
  equipment(id: $id) {
    ...MergeSide
  }
}
    fragment MergeSide on Equipment {
  id
  version
  name
  serialNumber
  category
  status
  manufacturer
  model
  year
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  meterReadings(first: 1) {
    totalCount
    nodes {
      hours
    }
  }
  maintenanceRecords(first: 1) {
    totalCount
  }
  assignments(first: 1) {
    totalCount
  }
  assignmentPlans(first: 1) {
    totalCount
  }
  siteMoves(first: 1) {
    totalCount
  }
  papers(first: 1) {
    totalCount
  }
}`) as unknown as TypedDocumentString<MergeSideQuery, MergeSideQueryVariables>;
export const StatusPeriodsDocument = new TypedDocumentString(`
    query StatusPeriods($id: ID!) {
  equipment(id: $id) {
    statusPeriods(first: 100) {
      nodes {
        status
        since
        until
        user {
          name
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<StatusPeriodsQuery, StatusPeriodsQueryVariables>;
export const DeleteEquipmentDocument = new TypedDocumentString(`
    mutation DeleteEquipment($input: DeleteEquipmentInput!, $key: String!) {
  deleteEquipment(input: $input, idempotencyKey: $key) {
    deletedId
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteEquipmentMutation, DeleteEquipmentMutationVariables>;
export const RestoreEquipmentDocument = new TypedDocumentString(`
    mutation RestoreEquipment($input: RestoreEquipmentInput!, $key: String!) {
  restoreEquipment(input: $input, idempotencyKey: $key) {
    equipment {
      id
      name
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<RestoreEquipmentMutation, RestoreEquipmentMutationVariables>;
export const MergeEquipmentDocument = new TypedDocumentString(`
    mutation MergeEquipment($input: MergeEquipmentInput!, $key: String!) {
  mergeEquipment(input: $input, idempotencyKey: $key) {
    deletedId
    movedRows
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<MergeEquipmentMutation, MergeEquipmentMutationVariables>;
export const UndoMergeEquipmentDocument = new TypedDocumentString(`
    mutation UndoMergeEquipment($input: UndoMergeEquipmentInput!, $key: String!) {
  undoMergeEquipment(input: $input, idempotencyKey: $key) {
    duplicate {
      id
    }
    errors {
      message
      reason
      field
    }
  }
}
    `) as unknown as TypedDocumentString<UndoMergeEquipmentMutation, UndoMergeEquipmentMutationVariables>;
export const UpdateEquipmentDocument = new TypedDocumentString(`
    mutation UpdateEquipment($input: UpdateEquipmentInput!, $key: String!) {
  updateEquipment(input: $input, idempotencyKey: $key) {
    equipment {
      ...Editable
    }
    errors {
      message
      reason
      field
      ... on VersionConflict {
        current {
          ... on Equipment {
            id
            name
            serialNumber
            category
            status
            cost
            manufacturer
            model
            year
            inServiceOn
            retiredOn
            replacementValue
            scheduledHoursPerWeek
            description
            version
            updatedAt
          }
        }
      }
    }
  }
}
    fragment Editable on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  manufacturer
  model
  year
  inServiceOn
  retiredOn
  replacementValue
  scheduledHoursPerWeek
  description
  version
  updatedAt
}`) as unknown as TypedDocumentString<UpdateEquipmentMutation, UpdateEquipmentMutationVariables>;
export const UpdateEquipmentBatchDocument = new TypedDocumentString(`
    mutation UpdateEquipmentBatch($input: UpdateEquipmentBatchInput!, $key: String!) {
  updateEquipmentBatch(input: $input, idempotencyKey: $key) {
    results {
      outcome
      equipment {
        ...EquipmentRow
      }
      errors {
        message
        reason
      }
    }
    errors {
      message
      reason
    }
  }
}
    fragment EquipmentRow on Equipment {
  id
  name
  serialNumber
  category
  status
  cost
  createdAt
  updatedAt
  version
  assignedOperator {
    id
    firstName
    lastName
  }
  site {
    id
    name
  }
  latestMaintenance {
    id
    maintenanceDate
  }
  nextMaintenance {
    id
    maintenanceDate
  }
  meterReadings(first: 1) {
    nodes {
      hours
    }
  }
}`) as unknown as TypedDocumentString<UpdateEquipmentBatchMutation, UpdateEquipmentBatchMutationVariables>;
export const EquipmentVersionsDocument = new TypedDocumentString(`
    query EquipmentVersions($ids: [ID!]!) {
  nodes(ids: $ids) {
    id
    ... on Equipment {
      version
    }
  }
}
    `) as unknown as TypedDocumentString<EquipmentVersionsQuery, EquipmentVersionsQueryVariables>;
export const SiteCountsDocument = new TypedDocumentString(`
    query SiteCounts($filter: EquipmentFilter!, $first: Int!) {
  equipmentAggregates(
    filter: $filter
    groupBy: [SITE]
    orderBy: [{figure: COUNT, direction: DESC}]
    first: $first
  ) {
    keys {
      value
      label
    }
    count
  }
}
    `) as unknown as TypedDocumentString<SiteCountsQuery, SiteCountsQueryVariables>;
export const SiteNamesDocument = new TypedDocumentString(`
    query SiteNames($ids: [ID!]!) {
  sites(first: 100, filter: {ids: $ids}) {
    nodes {
      id
      name
    }
  }
}
    `) as unknown as TypedDocumentString<SiteNamesQuery, SiteNamesQueryVariables>;
export const AttentionDocument = new TypedDocumentString(`
    query Attention($overdue: MaintenanceRecordFilter!, $down: MaintenanceRecordFilter!, $due: MaintenanceRecordFilter!, $progress: MaintenanceRecordFilter!) {
  overdue: maintenanceRecords(
    first: 1
    filter: $overdue
    orderBy: MAINTENANCE_DATE_ASC
  ) {
    ...AttentionList
  }
  down: maintenanceRecords(first: 1, filter: $down, orderBy: MAINTENANCE_DATE_ASC) {
    ...AttentionList
  }
  due: maintenanceRecords(first: 1, filter: $due, orderBy: MAINTENANCE_DATE_ASC) {
    ...AttentionList
  }
  progress: maintenanceRecords(
    first: 1
    filter: $progress
    orderBy: MAINTENANCE_DATE_DESC
  ) {
    ...AttentionList
  }
}
    fragment AttentionList on MaintenanceRecordConnection {
  totalCount
  nodes {
    id
    maintenanceDate
    downFrom
    equipment {
      id
      name
    }
  }
}`) as unknown as TypedDocumentString<AttentionQuery, AttentionQueryVariables>;
export const CostsDocument = new TypedDocumentString(`
    query Costs($months: MaintenanceRecordFilter!, $sameDays: MaintenanceRecordFilter!, $year: MaintenanceRecordFilter!) {
  byMonth: maintenanceSummary(
    filter: $months
    groupBy: [MONTH, KIND]
    first: 1000
  ) {
    month
    kind
    totalCost
  }
  sameDays: maintenanceSummary(filter: $sameDays) {
    totalCost
  }
  costliest: maintenanceSummary(
    filter: $year
    groupBy: [EQUIPMENT]
    first: 6
    orderBy: TOTAL_COST_DESC
  ) {
    totalCost
    equipment {
      id
      name
    }
  }
  year: maintenanceSummary(filter: $year) {
    totalCost
  }
}
    `) as unknown as TypedDocumentString<CostsQuery, CostsQueryVariables>;
export const NewestWorkDocument = new TypedDocumentString(`
    query NewestWork {
  maintenanceRecords(first: 8, filter: {status: [COMPLETED, IN_PROGRESS]}) {
    nodes {
      id
      maintenanceDate
      kind
      status
      description
      performedBy
      cost
      equipment {
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<NewestWorkQuery, NewestWorkQueryVariables>;
export const FleetFiguresDocument = new TypedDocumentString(`
    query FleetFigures($scope: StatsScope!) {
  dashboardStats(scope: $scope) {
    ...FleetStats
  }
}
    fragment FleetStats on DashboardStats {
  totalEquipment
  averageCost
  totalValue
  statusCounts {
    status
    count
  }
  computedAt
  sequence
}`) as unknown as TypedDocumentString<FleetFiguresQuery, FleetFiguresQueryVariables>;
export const FleetFiguresLiveDocument = new TypedDocumentString(`
    subscription FleetFiguresLive($scope: StatsScope!) {
  dashboardStats(scope: $scope) {
    ...FleetStats
  }
}
    fragment FleetStats on DashboardStats {
  totalEquipment
  averageCost
  totalValue
  statusCounts {
    status
    count
  }
  computedAt
  sequence
}`) as unknown as TypedDocumentString<FleetFiguresLiveSubscription, FleetFiguresLiveSubscriptionVariables>;
export const WorkBreakdownDocument = new TypedDocumentString(`
    query WorkBreakdown($filter: MaintenanceRecordFilter!, $groupBy: [AggregateDimension!]!, $orderBy: [AggregateOrder!]!, $first: Int!) {
  maintenanceAggregates(
    filter: $filter
    groupBy: $groupBy
    orderBy: $orderBy
    first: $first
  ) {
    keys {
      value
      label
    }
    count
    cost {
      sum
      average
      missing
    }
    labourHours {
      sum
      count
    }
    downtimeHours {
      sum
      count
    }
  }
}
    `) as unknown as TypedDocumentString<WorkBreakdownQuery, WorkBreakdownQueryVariables>;
export const ReliabilityDocument = new TypedDocumentString(`
    query Reliability($from: Date!, $to: Date!, $filter: EquipmentFilter) {
  kpis(from: $from, to: $to, filter: $filter) {
    calendarAvailability {
      ...KpiFigure
    }
    inherentAvailability {
      ...KpiFigure
    }
    failures {
      ...KpiFigure
    }
    stoppingFailures {
      ...KpiFigure
    }
    meanUpTimeBetweenFailures {
      ...KpiFigure
    }
    meanOperatingTimeBetweenFailures {
      ...KpiFigure
    }
    meanTimeToRestoration {
      ...KpiFigure
    }
    medianTimeToRestoration {
      ...KpiFigure
    }
    p90TimeToRestoration {
      ...KpiFigure
    }
    meanDownTime {
      ...KpiFigure
    }
    medianDownTime {
      ...KpiFigure
    }
    p90DownTime {
      ...KpiFigure
    }
    maintenanceCostPerHour {
      ...KpiFigure
    }
    labourCostPerHour {
      ...KpiFigure
    }
    partsCostPerHour {
      ...KpiFigure
    }
    costToReplacementValue {
      ...KpiFigure
    }
    plannedShare {
      ...KpiFigure
    }
    backlog {
      ...KpiFigure
    }
    overdue {
      ...KpiFigure
    }
    overdueByAge {
      fromDays
      toDays
      count
    }
  }
}
    fragment KpiFigure on Kpi {
  value
  unit
  previous
  delta
  sampleSize
  excluded {
    reason
    count
  }
  nullReason
  coverage
  definition
}`) as unknown as TypedDocumentString<ReliabilityQuery, ReliabilityQueryVariables>;
export const ReliabilityRowsDocument = new TypedDocumentString(`
    query ReliabilityRows($from: Date!, $to: Date!, $filter: EquipmentFilter, $after: String, $calendarAvailability: Boolean!, $inherentAvailability: Boolean!, $failures: Boolean!, $stoppingFailures: Boolean!, $meanUpTimeBetweenFailures: Boolean!, $meanOperatingTimeBetweenFailures: Boolean!, $meanTimeToRestoration: Boolean!, $medianTimeToRestoration: Boolean!, $p90TimeToRestoration: Boolean!, $meanDownTime: Boolean!, $medianDownTime: Boolean!, $p90DownTime: Boolean!, $maintenanceCostPerHour: Boolean!, $labourCostPerHour: Boolean!, $partsCostPerHour: Boolean!, $costToReplacementValue: Boolean!, $plannedShare: Boolean!, $backlog: Boolean!, $overdue: Boolean!) {
  kpis(from: $from, to: $to, filter: $filter) {
    calendarAvailability @include(if: $calendarAvailability) {
      ...KpiRows
    }
    inherentAvailability @include(if: $inherentAvailability) {
      ...KpiRows
    }
    failures @include(if: $failures) {
      ...KpiRows
    }
    stoppingFailures @include(if: $stoppingFailures) {
      ...KpiRows
    }
    meanUpTimeBetweenFailures @include(if: $meanUpTimeBetweenFailures) {
      ...KpiRows
    }
    meanOperatingTimeBetweenFailures @include(if: $meanOperatingTimeBetweenFailures) {
      ...KpiRows
    }
    meanTimeToRestoration @include(if: $meanTimeToRestoration) {
      ...KpiRows
    }
    medianTimeToRestoration @include(if: $medianTimeToRestoration) {
      ...KpiRows
    }
    p90TimeToRestoration @include(if: $p90TimeToRestoration) {
      ...KpiRows
    }
    meanDownTime @include(if: $meanDownTime) {
      ...KpiRows
    }
    medianDownTime @include(if: $medianDownTime) {
      ...KpiRows
    }
    p90DownTime @include(if: $p90DownTime) {
      ...KpiRows
    }
    maintenanceCostPerHour @include(if: $maintenanceCostPerHour) {
      ...KpiRows
    }
    labourCostPerHour @include(if: $labourCostPerHour) {
      ...KpiRows
    }
    partsCostPerHour @include(if: $partsCostPerHour) {
      ...KpiRows
    }
    costToReplacementValue @include(if: $costToReplacementValue) {
      ...KpiRows
    }
    plannedShare @include(if: $plannedShare) {
      ...KpiRows
    }
    backlog @include(if: $backlog) {
      ...KpiRows
    }
    overdue @include(if: $overdue) {
      ...KpiRows
    }
  }
}
    fragment KpiRows on Kpi {
  contributingRecords(first: 50, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      kind
      status
      maintenanceDate
      description
      cost
      downFrom
      downTo
      equipment {
        id
        name
      }
    }
  }
}`) as unknown as TypedDocumentString<ReliabilityRowsQuery, ReliabilityRowsQueryVariables>;
export const SiteArrivalsDocument = new TypedDocumentString(`
    query SiteArrivals($first: Int!, $offset: Int!, $filter: EquipmentFilter!) {
  equipmentList(
    first: $first
    offset: $offset
    filter: $filter
    orderBy: NAME_ASC
  ) {
    nodes {
      id
      siteMoves(first: 1) {
        nodes {
          arrivedAt
          leftAt
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SiteArrivalsQuery, SiteArrivalsQueryVariables>;
export const SiteHistoryDocument = new TypedDocumentString(`
    query SiteHistory($id: ID!, $first: Int!) {
  site(id: $id) {
    history(first: $first) {
      nodes {
        ...HistoryLine
      }
      pageInfo {
        hasNextPage
      }
    }
  }
}
    fragment HistoryLine on HistoryEntry {
  id
  action
  reason
  at
  user {
    name
  }
  changes {
    field
    from
    to
  }
}`) as unknown as TypedDocumentString<SiteHistoryQuery, SiteHistoryQueryVariables>;
export const MachineNamesDocument = new TypedDocumentString(`
    query MachineNames($ids: [ID!]!) {
  equipmentList(first: 100, filter: {ids: $ids}) {
    nodes {
      id
      name
    }
  }
}
    `) as unknown as TypedDocumentString<MachineNamesQuery, MachineNamesQueryVariables>;
export const MachinesElsewhereDocument = new TypedDocumentString(`
    query MachinesElsewhere($filter: EquipmentFilter!) {
  equipmentList(first: 20, filter: $filter, orderBy: NAME_ASC) {
    nodes {
      id
      name
      site {
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<MachinesElsewhereQuery, MachinesElsewhereQueryVariables>;
export const WorkDocument = new TypedDocumentString(`
    query Work($first: Int!, $offset: Int, $filter: MaintenanceRecordFilter!, $orderBy: MaintenanceRecordOrder!) {
  maintenanceRecords(
    first: $first
    offset: $offset
    filter: $filter
    orderBy: $orderBy
  ) {
    totalCount
    nodes {
      ...WorkRow
    }
  }
}
    fragment WorkRow on MaintenanceRecord {
  id
  version
  kind
  status
  maintenanceDate
  description
  performedBy
  downFrom
  downTo
  equipment {
    id
    name
    category
    assignedOperator {
      firstName
      lastName
    }
  }
}`) as unknown as TypedDocumentString<WorkQuery, WorkQueryVariables>;