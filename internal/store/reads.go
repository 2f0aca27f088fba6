package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"bitcorp.dev/fleet/internal/fleet"
)

// A Read is a SELECT with rows that are taken as PostgreSQL sends them, with the columns that are asked for and no
// others. It is made of the same conditions, orders and positions as the lists that return structs. Send sends it.
type Read struct {
	text              string
	args              []any
	unprepared, scans bool // as of a query
	err               error
}

// Reads makes Reads, each for a viewer, and sends them. ReadsOf makes one.
type Reads struct{ *database }

// ReadsOf returns the Reads of the rows that f reads.
func ReadsOf(f *Fleet) Reads { return Reads{f.database} }

// Text returns the statement.
func (r Read) Text() string { return r.text }

// Columns are what a Read returns of each row, in this order: the key that the row was asked by, if it was
// asked by one; the columns by their names; the row's sort key.
type Columns struct {
	Names  []string
	Cursor bool // whether the sort key is returned
	Beyond bool // whether one row is read beyond a page, which tells whether the list continues
}

// keyedRows is a table with ids.
type keyedRows struct {
	of          rowsOf
	name, alias string
}

var rowsOfKind = map[fleet.Kind]keyedRows{
	fleet.KindEquipment:      {ofEquipment, "equipment", "e"},
	fleet.KindOperator:       {ofOperators, "operators", "o"},
	fleet.KindMaintenance:    {ofRecords, "maintenance_records", "m"},
	fleet.KindAssignment:     {ofAssignments, "assignments", "a"},
	fleet.KindAssignmentPlan: {ofAssignmentPlans, "assignment_plans", "ap"},
	fleet.KindMeter:          {ofMeters, "meters", "mt"},
	fleet.KindMeterReading:   {ofReadings, "meter_readings", "r"},
	fleet.KindHistory:        {ofHistory, "history", "h"},
	fleet.KindSchedule:       {ofSchedules, "service_schedules", "s"},
	fleet.KindUser:           {ofUsers, "users", "u"},
	fleet.KindSite:           {ofSites, "sites", "st"},
	fleet.KindSiteMove:       {ofSiteMoves, "site_moves", "sm"},
	fleet.KindPaper:          {ofPapers, "papers", "p"},
	fleet.KindCompany:        {ofCompanies, "companies", "c"},
}

// list returns the columns of a row as SQL; k may be nil.
func (t keyedRows) list(c Columns, k *sortKey) string {
	var b strings.Builder
	for i, name := range c.Names {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(t.alias + "." + name)
	}
	if c.Cursor && k != nil {
		if len(c.Names) > 0 {
			b.WriteString(", ")
		}
		b.WriteString(k.shown() + " AS sort_key")
	}
	if b.Len() == 0 {
		b.WriteString(t.alias + ".id") // a row has to have a column
	}
	return b.String()
}

// read returns q as a Read.
func (q *query) read() Read {
	text, err := q.AppendQuery(q.db.bun.QueryGen(), nil)
	return Read{text: string(text), args: q.args, unprepared: q.unprepared, scans: q.scans, err: err}
}

// ordered is an ordered list of rows, which where limits.
type ordered struct {
	keyedRows
	key    sortKey
	unique bool // as of a query
	where  func(*query)
}

// readPage reads a page of a list. scans says whether no index serves it to its end.
func (s Reads) readPage(l ordered, scans bool, w fleet.Window, c Columns) Read {
	q := s.query()
	q.scans, q.exact, q.unique = scans || w.Offset > 0, !c.Beyond, l.unique
	q.TableExpr(l.name + " AS " + l.alias)
	l.where(q)
	q.window(l.alias, l.list(c, &l.key), l.key, w)
	return q.read()
}

// readCount counts the rows of a list.
func (s Reads) readCount(l ordered) Read {
	q := s.query()
	q.TableExpr(l.name + " AS " + l.alias).ColumnExpr("count(*)")
	l.where(q)
	q.scans = true
	return q.read()
}

// readPageOf reads a page of the list of each key. by is the expression that has the key.
func (s Reads) readPageOf(l ordered, by string, keys []fleet.UUID, w fleet.Window, c Columns) Read {
	q, outer := s.query(), s.query()
	q.exact, q.unique = !c.Beyond, l.unique
	q.TableExpr(l.name + " AS " + l.alias)
	l.where(q)
	q.Where(by + " = k.id")
	q.window(l.alias, l.list(c, &l.key), l.key, w)
	outer.perParent(q, keys, l.alias)
	return outer.read()
}

// readCountOf counts the rows of the list of each key. There is no row for a key without rows.
func (s Reads) readCountOf(l ordered, by string, keys []fleet.UUID) Read {
	q := s.query()
	q.TableExpr(l.name + " AS " + l.alias).ColumnExpr(by + ", count(*)").GroupExpr(by)
	l.where(q)
	q.Where(q.args.in(by, keys))
	return q.read()
}

// ReadByID reads the visible rows of a kind with these ids, deleted ones as well if the rows that lead to them
// may be deleted (see EquipmentOf). One statement, primary key.
func (s Reads) ReadByID(k fleet.Kind, v fleet.Viewer, ids []fleet.UUID, deletedToo bool, c Columns) Read {
	t, ok := rowsOfKind[k]
	if !ok {
		return Read{err: fmt.Errorf("no rows of the kind %s are read", k)}
	}
	var d deletedRows
	if deletedToo {
		d = withDeleted()
	}
	var args arguments
	text := "SELECT " + t.alias + ".id, " + t.list(c, nil) + " FROM " + t.name + " " + t.alias + " WHERE " +
		shown(t.of, t.alias, v, d, args.add) + " AND " + args.in(t.alias+".id", ids)
	return Read{text: text, args: args}
}

// Rows takes the rows of a Read. Begin is called before the first one, and again when the Read is sent again
// on another connection: what was taken before is void.
type Rows interface {
	Begin()
	Row(values [][]byte) error
}

// Send sends reads, together where they can be, and gives their rows to what stands in rows at the same place.
// The values are valid until Row returns. Statements that are planned with their values each time (searches) are
// sent by themselves, because within a batch they would be prepared. One round trip for all others, on one
// connection; if a read scans, all wait for one slot.
func (s Reads) Send(ctx context.Context, reads []Read, rows []Rows) error {
	scans := false
	for _, r := range reads {
		if r.err != nil {
			return r.err
		}
		scans = scans || r.scans
	}
	if scans {
		done, err := s.scan(ctx)
		if err != nil {
			return err
		}
		defer done()
	}
	return s.repeat(ctx, func(ctx context.Context) error { return s.send(ctx, reads, rows) })
}

// arguments returns the arguments as pgx wants them.
func (r Read) arguments() []any {
	if r.unprepared {
		return slices.Concat([]any{pgx.QueryExecModeCacheDescribe}, r.args)
	}
	return r.args
}

func (s Reads) send(ctx context.Context, reads []Read, rows []Rows) error {
	conn, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	var together pgx.Batch
	var of []Rows
	settings := 0
	if s.session.pooled {
		settings = 1
		together.Queue(s.session.local)
	}
	for i, r := range reads {
		switch {
		case s.session.pooled, len(reads) > 1 && !r.unprepared:
			together.Queue(r.text, r.args...)
			of = append(of, rows[i])
			continue
		}
		found, _ := conn.Query(ctx, r.text, r.arguments()...) // the rows have the error
		if err := take(found, rows[i]); err != nil {
			return err
		}
	}
	if len(of) == 0 {
		return nil
	}
	results := conn.SendBatch(context.WithValue(ctx, eachKey{}, settings), &together)
	if settings > 0 {
		_, err = results.Exec()
	}
	for i := 0; i < len(of) && err == nil; i++ {
		found, _ := results.Query()
		err = take(found, of[i])
	}
	if closed := results.Close(); err == nil {
		err = closed
	}
	return err
}

// take gives the rows of a statement to rows.
func take(found pgx.Rows, rows Rows) error {
	defer found.Close()
	rows.Begin()
	first := true
	for found.Next() {
		if first {
			first = false
			if err := binaries(found); err != nil {
				return err
			}
		}
		if err := rows.Row(found.RawValues()); err != nil {
			return err
		}
	}
	found.Close()
	return found.Err()
}

var errText = errors.New("PostgreSQL has sent a value as text that is read in binary")

// binaries returns an error unless all values but texts are sent in binary.
func binaries(found pgx.Rows) error {
	for _, f := range found.FieldDescriptions() {
		switch f.DataTypeOID {
		case pgtype.UUIDOID, pgtype.NumericOID, pgtype.TimestamptzOID, pgtype.DateOID, pgtype.BoolOID, pgtype.Int2OID,
			pgtype.Int4OID, pgtype.Int8OID:
			if f.Format != pgx.BinaryFormatCode {
				return errText
			}
		}
	}
	return nil
}

// Keys that stand for those of a request in a statement that Prepare makes. They are random: no row has them.
var probe = struct{ company, user, one, other fleet.UUID }{fleet.NewUUID(), fleet.NewUUID(), fleet.NewUUID(),
	fleet.NewUUID()}

// Prepare calls build once and returns a function that does the same for any viewer with the role and scope of
// v and any keys, of which there are more than one if many is set: the statement's text is the same, and only
// its values differ. build must not look at keys and ids other than by passing them on.
func Prepare(v fleet.Viewer, many bool,
	build func(fleet.Viewer, []fleet.UUID) Read) func(fleet.Viewer, []fleet.UUID) Read {
	v.CompanyID, v.UserID = probe.company, probe.user
	keys := []fleet.UUID{probe.one}
	if many {
		keys = append(keys, probe.other)
	}
	made := build(v, keys)
	if made.err != nil {
		return build
	}
	return func(v fleet.Viewer, keys []fleet.UUID) Read {
		r := made
		r.args = slices.Clone(made.args)
		for i, arg := range r.args {
			switch arg := arg.(type) {
			case [16]byte:
				switch fleet.UUID(arg) {
				case probe.company:
					r.args[i] = [16]byte(v.CompanyID)
				case probe.user:
					r.args[i] = [16]byte(v.UserID)
				case probe.one:
					r.args[i] = [16]byte(keys[0])
				}
			case [][16]byte:
				if len(arg) > 0 && fleet.UUID(arg[0]) == probe.one {
					r.args[i] = uuids(keys)
				}
			}
		}
		return r
	}
}

// Unconnected returns a Fleet without a database, whose Reads can be made and looked at, but not sent.
func Unconnected() *Fleet {
	return &Fleet{&database{bun: bun.NewDB(sql.OpenDB(noDatabase{}), pgdialect.New())}}
}

// noDatabase opens no connections.
type noDatabase struct{}

var errNoDatabase = errors.New("there is no database")

// Connect implements driver.Connector.
func (noDatabase) Connect(context.Context) (driver.Conn, error) { return nil, errNoDatabase }

// Driver implements driver.Connector.
func (noDatabase) Driver() driver.Driver { return stdlib.GetDefaultDriver() }
