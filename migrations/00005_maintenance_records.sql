-- +goose Up
CREATE TABLE maintenance_records (
  id               uuid PRIMARY KEY DEFAULT uuid_v7(),
  company_id       uuid NOT NULL REFERENCES companies,
  equipment_id     uuid NOT NULL,
  kind             text NOT NULL CHECK (kind IN ('PREVENTIVE', 'CORRECTIVE', 'INSPECTION', 'MODIFICATION', 'OTHER')),
  -- The kind in the source system (an SAP order type such as PM01).
  source_kind      text CHECK (length(btrim(source_kind)) BETWEEN 1 AND 100),
  status           text NOT NULL DEFAULT 'COMPLETED' CHECK (status IN ('PLANNED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED')),
  maintenance_date date NOT NULL,
  description      text CHECK (length(description) <= 10000),
  -- Negative costs are reversals of earlier ones.
  cost             numeric(14, 2) NOT NULL DEFAULT 0,
  labour_cost      numeric(14, 2),
  parts_cost       numeric(14, 2),
  performed_by     text CHECK (length(btrim(performed_by)) BETWEEN 1 AND 200),
  down_from        timestamptz,
  down_to          timestamptz,
  meter_hours      numeric(10, 1) CHECK (meter_hours >= 0),
  source_ref       text CHECK (length(source_ref) BETWEEN 1 AND 200),
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  deleted_at       timestamptz,
  version          integer NOT NULL DEFAULT 1,
  FOREIGN KEY (company_id, equipment_id) REFERENCES equipment (company_id, id),
  CONSTRAINT maintenance_records_cost_adds_up
    CHECK ((labour_cost IS NULL AND parts_cost IS NULL)
        OR (labour_cost IS NOT NULL AND parts_cost IS NOT NULL AND cost = labour_cost + parts_cost)),
  CONSTRAINT maintenance_records_downtime_is_a_period
    CHECK (down_to IS NULL OR (down_from IS NOT NULL AND down_to >= down_from))
);
CREATE TRIGGER maintenance_records_touch BEFORE UPDATE ON maintenance_records FOR EACH ROW EXECUTE FUNCTION touch_row();

-- The key of imports: the same source row is the same record.
CREATE UNIQUE INDEX maintenance_records_source ON maintenance_records (company_id, source_ref) WHERE source_ref IS NOT NULL;
-- Equipment.latestMaintenance and Equipment.maintenanceRecords: the top of each
-- machine's history, whatever its length.
CREATE INDEX maintenance_records_by_equipment ON maintenance_records (equipment_id, maintenance_date DESC, id DESC) WHERE deleted_at IS NULL;
-- maintenanceRecords by date. It includes the summed columns, so maintenanceSummary is an index-only scan.
CREATE INDEX maintenance_records_by_date ON maintenance_records (company_id, maintenance_date DESC, id DESC)
  INCLUDE (equipment_id, kind, status, cost) WHERE deleted_at IS NULL;
-- maintenanceRecords(filter: {kind}), (filter: {status}), and by cost.
CREATE INDEX maintenance_records_by_kind ON maintenance_records (company_id, kind, maintenance_date DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX maintenance_records_by_status ON maintenance_records (company_id, status, maintenance_date DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX maintenance_records_by_cost ON maintenance_records (company_id, cost, id) WHERE deleted_at IS NULL;

-- +goose Down
DROP TABLE maintenance_records;
