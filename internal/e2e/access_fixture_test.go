package e2e_test

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

// owner is the owner of a row, which all its values show: its texts begin with it,
// its dates are of a year of its own, its amounts have digits of their own in
// every sum.
type owner string

const (
	mine   owner = "MYROW"  // of our company, and the operator's
	elses  owner = "ELSES"  // of our company, and not the operator's
	theirs owner = "THEIRS" // of the other company
)

var owners = []owner{mine, elses, theirs}

func (o owner) company() string {
	if o == theirs {
		return "Theirs"
	}
	return "Ours"
}

func (o owner) year() int { return map[owner]int{mine: 2021, elses: 2022, theirs: 2023}[o] }

// amount is what a row of the owner costs: 11.01, 1300.01, 170000.01.
func (o owner) amount() string {
	return map[owner]string{mine: "11.01", elses: "1300.01", theirs: "170000.01"}[o]
}

// member is a user that signs in. Sessions and access tokens are private to a member:
// their texts begin with OF and the member's name.
type member struct {
	name  string // of the address before the @, behind the owner
	owner owner
	role  fleet.Role
}

var people = []member{
	{"operator", mine, fleet.RoleOperator},
	{"manager", mine, fleet.RoleManager}, // responsible for the operator's machine
	{"analyst", elses, fleet.RoleAnalyst},
	{"admin", elses, fleet.RoleAdmin},
	{"chief", theirs, fleet.RoleAdmin},
	{"driver", theirs, fleet.RoleOperator},
}

func personOf(name string) member {
	return people[slices.IndexFunc(people, func(p member) bool { return p.name == name })]
}

func (p member) email() string {
	return strings.ToLower(string(p.owner)) + "-" + p.name + "@example.com"
}
func (p member) private() string { return "OF" + strings.ToUpper(p.name) }

// key is the key of what has that name: the same in every accessFixture, so that the
// answers of two of them can be compared.
func key(name string) fleet.UUID {
	sum := sha256.Sum256([]byte(name))
	u := fleet.UUID(sum[:16])
	u[6], u[8] = 0x70|u[6]&0xf, 0x80|u[8]&0x3f
	return u
}

// secret is what a credential of that name looks like.
func secret(name string) string {
	sum := sha256.Sum256([]byte(name))
	return base32.StdEncoding.EncodeToString(sum[:])[:26]
}

// cookie is what a browser sends in which the person is signed in.
func (p member) cookie() string { return secret(p.name) }

// token is the person's access token of a scope.
func (p member) token(s fleet.Scope) string { return tokenOf(secret(p.name + " " + string(s))) }

// tokenOf is the access token of a secret.
func tokenOf(secret string) string {
	text := auth.TokenPrefix + secret
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(text)))
	return text + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum)
}

// rowsOfAnOwner are the kinds of rows that house makes one of for each owner;
// users, sessions and access tokens are of people.
var rowsOfAnOwner = []fleet.Kind{
	fleet.KindEquipment,
	fleet.KindOperator,
	fleet.KindMaintenance,
	fleet.KindAssignment,
	fleet.KindAssignmentPlan,
	fleet.KindMeter,
	fleet.KindMeterReading,
	fleet.KindHistory,
	fleet.KindSchedule,
	fleet.KindSite,
	fleet.KindSiteMove,
	fleet.KindPaper,
}

// id is the id of the owner's row of a kind.
func (o owner) id(k fleet.Kind) string {
	if k == fleet.KindUser || k == fleet.KindSavedQuery {
		return map[owner]member{mine: personOf("manager"), elses: personOf("analyst"), theirs: personOf("chief")}[o].id(k)
	}
	if k == fleet.KindCompany {
		return fleet.GlobalID(k, key(o.company()))
	}
	return fleet.GlobalID(k, key(string(o)+" "+string(k)))
}

// id is the id of the person's row of a kind: the user, a session, a token.
func (p member) id(k fleet.Kind) string {
	return fleet.GlobalID(k, key(p.name+" "+string(k)))
}

// house is two companies with rows of every kind, served to members that sign
// in. Without the owners and the private rows that it lacks, it is the same.
type accessFixture struct {
	*service
	conn *pgx.Conn
	kept keptRows
}

// newAccessFixture builds and serves a house. Its services are not planned, so that the rows change only by what a test does.
func newAccessFixture(t testing.TB) *accessFixture {
	t.Helper()
	h := buildAccessFixture(t, nil)
	h.adjust = func(c *app.Config) { c.PlanEvery = -1 }
	h.serve("")
	return h
}

// buildAccessFixture makes the rows, and deletes those that lacks tells of.
func buildAccessFixture(t testing.TB, lacks *sender) *accessFixture {
	t.Helper()
	h := &accessFixture{service: emptyService(t)}
	h.conn = h.open()
	must := func(sql string, args ...any) {
		t.Helper()
		if _, err := h.conn.Exec(context.Background(), sql, args...); err != nil {
			t.Fatalf("%v\n%s", err, sql)
		}
	}
	company := func(name string) [16]byte { return [16]byte(key(name)) }
	for _, name := range []string{"Ours", "Theirs"} {
		must(`INSERT INTO companies (id, name, created_at) VALUES ($1, $2, '2020-01-01')`, company(name), name)
	}
	for _, p := range people {
		if lacks != nil && lacks.owners[p.owner] {
			continue
		}
		of, user, day := company(p.owner.company()), [16]byte(key(p.name+" user")), fmt.Sprintf("%d-02-01", p.owner.year())
		must(`INSERT INTO users (id, company_id, email, name, role, created_at) VALUES ($1, $2, $3, $4, $5, $6::timestamptz)`,
			user, of, p.email(), string(p.owner)+" "+p.name, p.role, day)
		must(`INSERT INTO passwords (user_id, hash) VALUES ($1, '$argon2id$' || $2)`, user, p.private())
		if lacks == nil || lacks.administers(p.owner) {
			for subject, of := range map[fleet.Subject]string{fleet.SubjectUser: " user", fleet.SubjectToken: " token"} {
				must(
					`INSERT INTO history (id, company_id, user_id, request, reason, subject, subject_id, action, changes, at)
					VALUES ($1, $2, $3, $4::text || ' request', $4::text || ' reason', $5, $6, 'UPDATED', jsonb_build_array(jsonb_build_object('field', 'name', 'from', $4::text || ' before', 'to', $4::text || ' after')), $7::timestamptz)`,
					[16]byte(
						key(p.name+" history of "+string(subject)),
					),
					company(p.owner.company()),
					user,
					p.private(),
					string(subject),
					[16]byte(key(p.name+of)),
					day,
				)
			}
		}
		if lacks == nil || lacks.person.role != fleet.RoleOperator { // sees none
			h.savedQueryOf(p, must)
		}
		if lacks != nil && !lacks.knows(p) {
			continue
		}
		// Last use and end lie in the future, so that no use is recorded.
		must(
			`INSERT INTO sessions (id, company_id, user_id, secret_hash, method, user_agent, created_at, last_used_at, idle_expires_at, expires_at)
			VALUES ($1, $2, $3, sha256($4::bytea), 'PASSWORD', $5, $6::timestamptz, '2090-01-01', '2091-01-01', '2092-01-01')`,
			[16]byte(key(p.name+" session")),
			of,
			user,
			[]byte(p.cookie()),
			p.private()+" browser",
			day,
		)
		must(
			`INSERT INTO idempotency_keys (company_id, user_id, key, input_hash, answer) VALUES ($1, $2, $3, '\x00', '{}')`,
			of,
			user,
			string(p.owner)+" kind",
		)
		for _, s := range fleet.Scopes() {
			k := key(p.name + " token")
			if s != fleet.ScopeAdmin {
				k = key(p.name + " token " + string(s))
			}
			must(
				`INSERT INTO access_tokens (id, company_id, user_id, secret_hash, name, scope, created_at, last_used_at, expires_at)
				VALUES ($1, $2, $3, sha256($4::bytea), $5, $6, $7::timestamptz, '2090-01-01', '2091-01-01')`,
				[16]byte(k),
				of,
				user,
				[]byte(p.token(s)),
				p.private()+" token "+string(s),
				string(s),
				day,
			)
		}
	}
	// Disabled users, of our company and of theirs.
	for _, o := range []owner{elses, theirs} {
		if lacks == nil || !lacks.owners[o] {
			must(
				`INSERT INTO users (id, company_id, email, name, role, created_at, disabled_at) VALUES ($1, $2, $3, $4, 'ANALYST', $5::timestamptz, $5::timestamptz)`,
				[16]byte(
					key(string(o)+" left"),
				),
				company(o.company()),
				strings.ToLower(string(o))+"-left@example.com",
				string(o)+" left",
				fmt.Sprintf("%d-02-02", o.year()),
			)
		}
	}
	for _, o := range owners {
		if lacks != nil && lacks.owners[o] {
			continue
		}
		h.rowsOf(o, must)
	}
	// Ids that a trigger made are random.
	must(`UPDATE equipment_status_periods SET id = md5(equipment_id::text || coalesce(since::text, ''))::uuid`)
	must(`UPDATE scheduled_services SET id = md5(equipment_id::text || schedule_id::text)::uuid`)
	// What is not there has changed nothing.
	changes := map[string]int{"Ours": 3, "Theirs": 300}
	if lacks != nil && lacks.owners[elses] {
		changes["Ours"] = 1
	}
	must(`DELETE FROM company_changes`)
	for name, n := range changes {
		must(`INSERT INTO company_changes (company_id, changes) VALUES ($1, $2)`, company(name), n)
	}
	must(`DELETE FROM equipment_sums`)
	must(`INSERT INTO equipment_sums
		SELECT company_id, user_id, status, count(*), count(cost), coalesce(sum(cost), 0) FROM equipment WHERE deleted_at IS NULL
		GROUP  BY GROUPING SETS ((company_id, status), (company_id, user_id, status)) HAVING grouping(user_id) = 1 OR user_id IS NOT NULL`)
	h.keep(must)
	return h
}

// rowsOf makes an owner's rows: one of each kind, and one of each thing that
// the history tells of.
func (h *accessFixture) rowsOf(o owner, must func(string, ...any)) {
	of := [16]byte(key(o.company()))
	id := func(k fleet.Kind) [16]byte { return [16]byte(key(string(o) + " " + string(k))) }
	_, user, _ := fleet.ParseGlobalID(o.id(fleet.KindUser))
	signsIn := map[owner]any{mine: [16]byte(key("operator user")), elses: [16]byte(key("analyst user")), theirs: [16]byte(key("driver user"))}[o]
	day := fmt.Sprintf("%d-03-04", o.year())
	must(`INSERT INTO operators (id, company_id, first_name, last_name, license_number, user_id, created_at, updated_at)
		VALUES ($1, $2, $3::text || ' first', $3::text || ' kind', $3::text || ' kind', $4::uuid, $5::timestamptz, $5::timestamptz)`, id(fleet.KindOperator), of, string(o), signsIn, day)
	must(
		`INSERT INTO equipment (id, company_id, user_id, name, category, serial_number, description, cost, status_after_work, created_at, updated_at,
			manufacturer, model, year, in_service_on, retired_on, replacement_value, scheduled_hours_per_week)
		VALUES ($1, $2, $3, $4::text || ' machine', $4::text || ' kind', $4::text || ' kind', $4::text || ' text', $5::numeric, 'INACTIVE', $6::timestamptz, $6::timestamptz,
			$4::text || ' maker', $4::text || ' model', extract(year FROM $6::date)::int, $6::date, $6::date, $5::numeric, extract(year FROM $6::date)::numeric - 2000)`,
		id(fleet.KindEquipment),
		of,
		[16]byte(user),
		string(o),
		o.amount(),
		day,
	)
	must(`DELETE FROM equipment_status_periods WHERE equipment_id = $1`, id(fleet.KindEquipment))
	must(`INSERT INTO equipment_status_periods (id, company_id, equipment_id, status, since, until, user_id)
		VALUES ($1, $2, $3, 'INACTIVE', NULL, $5::timestamptz, NULL), ($4, $2, $3, 'ACTIVE', $5::timestamptz, NULL, $6)`,
		[16]byte(key(string(o)+" period of before")), of, id(fleet.KindEquipment), [16]byte(key(string(o)+" period")), day,
		[16]byte(user))
	// Deleted rows are the company's own too.
	must(`INSERT INTO operators (id, company_id, first_name, last_name, license_number, created_at, updated_at, deleted_at)
		VALUES ($1, $2, 'gone ' || $3::text, 'gone ' || $3::text, $3::text || ' kind', $4::timestamptz, $4::timestamptz, $4::timestamptz)`,
		[16]byte(key(string(o)+" gone operator")), of, string(o), day)
	must(`INSERT INTO equipment (id, company_id, name, category, serial_number, cost, created_at, updated_at, deleted_at)
		VALUES ($1, $2, 'gone ' || $3::text, $3::text || ' kind', $3::text || ' kind', $4::numeric, $5::timestamptz, $5::timestamptz, $5::timestamptz)`,
		[16]byte(key(string(o)+" gone")), of, string(o), o.amount(), day)
	must(`INSERT INTO maintenance_records (id, company_id, equipment_id, kind, maintenance_date, description, cost,
			created_at, updated_at, deleted_at)
		VALUES ($1, $2, $3, 'OTHER', $5::date, 'gone ' || $4::text, $6::numeric, $5::timestamptz, $5::timestamptz,
			$5::timestamptz)`,
		[16]byte(key(string(o)+" gone work")), of, [16]byte(key(string(o)+" gone")), string(o), day, o.amount())
	must(`INSERT INTO assignments (id, company_id, equipment_id, operator_id, assigned_at, created_at)
		VALUES ($1, $2, $3, $4, $5::timestamptz, $5::timestamptz)`, id(fleet.KindAssignment), of, id(fleet.KindEquipment), id(fleet.KindOperator), day)
	must(`INSERT INTO assignments (company_id, id, equipment_id, operator_id, assigned_at, released_at, created_at)
		VALUES ($1, $2, $3, $4, $5::timestamptz - interval '2 days', $5::timestamptz - interval '1 day', $5::timestamptz)`, of, [16]byte(key(string(o)+" before")), id(fleet.KindEquipment), id(fleet.KindOperator), day)
	// One that is to come, and one that was dropped.
	must(
		`INSERT INTO assignment_plans (id, company_id, equipment_id, operator_id, starts_at, ends_at, reason, status, closed_at,
			dropped_because, user_id, created_at)
		VALUES ($1, $2, $3, $4, $7::timestamptz, $7::timestamptz + interval '1 day', $6::text || ' plan', 'PLANNED', NULL, NULL,
				$5, $7::timestamptz),
			($8, $2, $3, $4, $7::timestamptz, NULL, NULL, 'DROPPED', $7::timestamptz, $6::text || ' dropped', $5, $7::timestamptz)`,
		id(fleet.KindAssignmentPlan),
		of,
		id(fleet.KindEquipment),
		id(fleet.KindOperator),
		[16]byte(user),
		string(o),
		day,
		[16]byte(key(string(o)+" dropped plan")),
	)
	must(`INSERT INTO sites (id, company_id, name, code, address, time_zone, created_at, updated_at, deleted_at)
		VALUES ($1, $2, $3::text || ' kind', $3::text || ' kind', $3::text || ' street', 'Etc/GMT+' || $4::int % 10,
			$5::timestamptz, $5::timestamptz, NULL),
			($6, $2, 'gone ' || $3::text, $3::text || ' kind', NULL, NULL, $5::timestamptz, $5::timestamptz, $5::timestamptz)`,
		id(fleet.KindSite), of, string(o), o.year(), day, [16]byte(key(string(o)+" gone site")))
	must(`INSERT INTO site_moves (id, company_id, equipment_id, site_id, arrived_at, left_at, created_at)
		VALUES ($1, $2, $3, $4, $5::timestamptz, NULL, $5::timestamptz),
			($6, $2, $3, $4, $5::timestamptz - interval '2 days', $5::timestamptz - interval '1 day', $5::timestamptz)`,
		id(fleet.KindSiteMove), of, id(fleet.KindEquipment), id(fleet.KindSite), day,
		[16]byte(key(string(o)+" site before")))
	must(
		`INSERT INTO papers (id, company_id, equipment_id, operator_id, kind, number, issued_on, valid_until, note, created_at,
			updated_at, deleted_at)
		VALUES ($1, $2, $3, NULL, 'INSURANCE', $4::text || ' kind', $5::date, $5::date, $4::text || ' note', $5::timestamptz,
				$5::timestamptz, NULL),
			($6, $2, NULL, $7, 'LICENCE', $4::text || ' licence', $5::date, $5::date, NULL, $5::timestamptz, $5::timestamptz, NULL),
			($8, $2, $3, NULL, 'OTHER', 'gone ' || $4::text, NULL, $5::date, NULL, $5::timestamptz, $5::timestamptz, $5::timestamptz)`,
		id(fleet.KindPaper),
		of,
		id(fleet.KindEquipment),
		string(o),
		day,
		[16]byte(key(string(o)+" own paper")),
		id(fleet.KindOperator),
		[16]byte(key(string(o)+" gone paper")),
	)
	must(
		`INSERT INTO maintenance_records (id, company_id, equipment_id, kind, source_kind, source_ref, status, maintenance_date, description, performed_by, cost, labour_cost, parts_cost, meter_hours, down_from, down_to, created_at, updated_at, due_date, first_due_date, labour_hours)
		VALUES ($1, $2, $3, 'OTHER', $4::text || ' kind', $4::text || ' ref', 'PLANNED', $6::date, $4::text || ' work', $4::text || ' shop', $5::numeric, $5::numeric, 0, round($5::numeric, 1), $6::timestamptz, $6::timestamptz, $6::timestamptz, $6::timestamptz, $6::date, $6::date, $5::numeric)`,
		id(fleet.KindMaintenance),
		of,
		id(fleet.KindEquipment),
		string(o),
		o.amount(),
		day,
	)
	// Work that is reversed, and its reversal.
	reversed := [16]byte(key(string(o) + " reversed"))
	for _, work := range []struct {
		id   [16]byte
		cost int
		of   any
	}{{reversed, 1, nil}, {[16]byte(key(string(o) + " back")), -1, reversed}} {
		must(`INSERT INTO maintenance_records (id, company_id, equipment_id, kind, maintenance_date, description, cost,
				labour_hours, reversal_of, created_at, updated_at)
			VALUES ($1, $2, $3, 'OTHER', $5::date, $4::text || ' back', $6, $6, $7, $5::timestamptz, $5::timestamptz)`,
			work.id, of, id(fleet.KindEquipment), string(o), day, work.cost, work.of)
	}
	must(`INSERT INTO meter_readings (id, company_id, equipment_id, read_at, hours, created_at)
		VALUES ($1, $2, $3, $4::timestamptz, round($5::numeric, 1), $4::timestamptz)`, id(fleet.KindMeterReading), of, id(fleet.KindEquipment), day, o.amount())
	must(`INSERT INTO meter_readings (id, company_id, equipment_id, read_at, hours, created_at, voided_at)
		VALUES ($1, $2, $3, $4::timestamptz, round($5::numeric, 1), $4::timestamptz, $4::timestamptz)`,
		[16]byte(key(string(o)+" void")), of, id(fleet.KindEquipment), day, o.amount())
	must(`INSERT INTO meters (id, company_id, equipment_id, name, unit, created_at)
		VALUES ($1, $2, $3, $4::text || ' meter', 'KILOMETRES', $5::timestamptz)`,
		id(fleet.KindMeter), of, id(fleet.KindEquipment), string(o), day)
	must(`INSERT INTO meter_readings (id, company_id, equipment_id, meter_id, read_at, hours, created_at)
		VALUES ($1, $2, $3, $4, $5::timestamptz, round($6::numeric, 1), $5::timestamptz)`,
		[16]byte(key(string(o)+" reading of meter")), of, id(fleet.KindEquipment), id(fleet.KindMeter), day, o.amount())
	h.schedulesOf(o, must)
	for subject, kind := range map[fleet.Subject]fleet.Kind{fleet.SubjectEquipment: fleet.KindEquipment, fleet.SubjectOperator: fleet.KindOperator, fleet.SubjectMaintenance: fleet.KindMaintenance, fleet.SubjectSite: fleet.KindSite, fleet.SubjectPaper: fleet.KindPaper, fleet.SubjectSchedule: fleet.KindSchedule} {
		entry := [16]byte(key(string(o) + " history of " + string(kind)))
		if kind == fleet.KindEquipment {
			entry = id(fleet.KindHistory)
		}
		must(`INSERT INTO history (id, company_id, user_id, request, reason, subject, subject_id, action, changes, at)
			VALUES ($1, $2, $3, $4::text || ' request', $4::text || ' reason', $5, $6, 'UPDATED', jsonb_build_array(jsonb_build_object('field', 'name', 'from', $4::text || ' before', 'to', $4::text || ' after')), $7::timestamptz)`,
			entry, of, [16]byte(user), string(o), string(subject), id(kind), day)
	}
}

// schedulesOf makes an owner's service schedules: of the machine, of its category, of its model by days alone, and a
// deleted one. Work is planned by the first, and is done by the second.
func (h *accessFixture) schedulesOf(o owner, must func(string, ...any)) {
	of, day := [16]byte(key(o.company())), fmt.Sprintf("%d-03-04", o.year())
	machine := [16]byte(key(string(o) + " " + string(fleet.KindEquipment)))
	id := func(what string) [16]byte { return [16]byte(key(string(o) + " " + what)) }
	must(`INSERT INTO meter_readings (id, company_id, equipment_id, read_at, hours, created_at)
		VALUES ($1, $2, $3, $4::timestamptz - interval '2 days', 0, $4::timestamptz)`, id("reading of before"), of, machine, day)
	for _, s := range []struct {
		id                                     [16]byte
		machine, category, manufacturer, model any
		deleted                                bool
	}{
		{id(string(fleet.KindSchedule)), machine, nil, nil, nil, false},
		{id("schedule of category"), nil, string(o) + " kind", nil, nil, false},
		{id("schedule of model"), nil, nil, string(o) + " maker", string(o) + " model", false},
		{id("gone schedule"), machine, nil, nil, nil, true},
	} {
		must(`INSERT INTO service_schedules (id, company_id, equipment_id, category, manufacturer, model, title, kind,
				estimated_cost, estimated_hours, interval_days, interval_hours, recurrence, last_done_on, first_due_on,
				last_done_hours, first_due_hours, paused_at, lead_days, lead_hours, pauses_from, pauses_to, created_at, updated_at,
				deleted_at)
			VALUES ($1, $2, $3::uuid, $4::text, $5, $6, $7::text || ' service', 'OTHER', $8::numeric, round($8::numeric / 10, 2),
				extract(year FROM $9::date)::int - 2000, CASE WHEN $5::text IS NULL THEN round($8::numeric, 1) END, 'FROM_COMPLETION',
				CASE WHEN $4::text IS NULL THEN $9::date END, CASE WHEN $4::text IS NOT NULL THEN $9::date END,
				CASE WHEN $3::uuid IS NOT NULL THEN round($8::numeric, 1) END,
				CASE WHEN $5::text IS NULL AND $3::uuid IS NULL THEN round($8::numeric, 1) END,
				CASE WHEN $4::text IS NOT NULL THEN $9::timestamptz END,
				extract(year FROM $9::date)::int - 2000, extract(year FROM $9::date)::int - 2000, '{1201}', '{131}',
				$9::timestamptz, $9::timestamptz, CASE WHEN $10 THEN $9::timestamptz END)`,
			s.id, of, s.machine, s.category, s.manufacturer, s.model, string(o), o.amount(), day, s.deleted)
	}
	for status, schedule := range map[string]string{"PLANNED": string(fleet.KindSchedule), "COMPLETED": "schedule of category"} {
		must(
			`INSERT INTO maintenance_records (id, company_id, equipment_id, kind, status, maintenance_date, description, cost,
				due_date, first_due_date, created_at, updated_at, schedule_id, occurrence, service_due_on, service_due_hours)
			VALUES ($1, $2, $3, 'OTHER', $4, $5::date, $6::text || ' service', $7::numeric, $5::date, $5::date,
				$5::timestamptz, $5::timestamptz, $8, 1, $5::date, round($7::numeric, 1))`,
			id("service "+status),
			of,
			machine,
			status,
			day,
			string(o),
			o.amount(),
			id(schedule),
		)
	}
}

// savedQueryOf makes a query that the person has saved and changed, and one that they have deleted.
func (h *accessFixture) savedQueryOf(p member, must func(string, ...any)) {
	h.t.Helper()
	of, user, day := [16]byte(
		key(p.owner.company()),
	), [16]byte(
		key(p.name+" user"),
	), fmt.Sprintf(
		"%d-02-03",
		p.owner.year(),
	)
	_, saved, _ := fleet.ParseGlobalID(p.id(fleet.KindSavedQuery))
	must(
		`INSERT INTO saved_queries (id, company_id, name, description, document, variables, created_by, changed_by, created_at,
			updated_at, deleted_at, version)
		VALUES ($1, $2, $4::text || ' kind', $4::text || ' text', '{ viewer { id } } # ' || $4::text,
				'{"a": "' || $4::text || '"}', $3, $3, $5::timestamptz, $5::timestamptz, NULL, 1),
			($6, $2, 'gone ' || $4::text, NULL, '{ viewer { name } }', NULL, $3, $3, $5::timestamptz, $5::timestamptz,
				$5::timestamptz, 1)`,
		[16]byte(saved),
		of,
		user,
		string(p.owner)+" "+p.name,
		day,
		[16]byte(key(p.name+" gone query")),
	)
	must(`INSERT INTO saved_query_versions (id, company_id, saved_query_id, number, action, name, description, document,
			variables, user_id, saved_at)
		SELECT $1, q.company_id, q.id, 1, 'CREATED', q.name, q.description, q.document, q.variables, q.created_by, q.updated_at
		FROM   saved_queries q WHERE q.id = $2`, [16]byte(key(p.name+" version")), [16]byte(saved))
}

// forget makes the server cache no statistics and plan no services, so that the statements of a request and the rows do
// not depend on time. A request for all fields of all types at once costs
// more than the usual limits allow.
func (h *accessFixture) forget() {
	h.adjust = func(c *app.Config) {
		c.ReportCost, c.StatsTTL, c.PlanEvery = true, 0, -1
		c.MaxQueryBytes = 200_000
		c.MaxAliases, c.MaxRepetitions, c.MaxTokens, c.MaxFields = 200, 3000, 20_000, 10_000
	}
}

// open connects past the server until the end.
func (h *accessFixture) open() *pgx.Conn {
	h.t.Helper()
	conn, err := pgx.Connect(context.Background(), h.url)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}
