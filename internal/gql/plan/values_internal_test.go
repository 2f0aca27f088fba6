package plan

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/graph/scalars"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/localpg/pgtest"
)

// TestNumbersAreWrittenAsPostgreSQLWritesThem compares what is made of the binary form with numeric_out.
func TestNumbersAreWrittenAsPostgreSQLWritesThem(t *testing.T) {
	t.Parallel()
	conn := connect(t)
	rows, err := conn.Query(t.Context(), `
		SELECT n, n::text FROM (
		  SELECT unnest(ARRAY[0, -0.0, 1, -1, 0.1, 0.00001, 0.00010, 9999, 10000, 10001, 100000000, 1e20, 123456789.123456789,
		    -0.5, 0.10, 10.00, 12000.00, 99999999999999.99, 1e-20, 12345678901234567890.5, 10000.0001, 0.0000]::numeric[]) AS n
		  UNION ALL
		  SELECT ((random() - 0.5) * 10 ^ (i % 18))::numeric(38, 0) / (10 ^ (i % 9))::numeric(20, 0) FROM generate_series(1, 2000) i
		  UNION ALL SELECT round(((random() - 0.5) * 10 ^ (i % 14))::numeric, i % 4) FROM generate_series(1, 2000) i) x`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		raw := rows.RawValues()
		got, err := appendNumeric(nil, raw[0])
		if err != nil || string(got) != string(raw[1]) {
			t.Errorf("% x: %s, %v; PostgreSQL writes %s", raw[0], got, err, raw[1])
		}
	}
	if rows.Err() != nil || n < 4000 {
		t.Errorf("%d numbers, %v", n, rows.Err())
	}
}

// TestMomentsAreWrittenAsScalarsAre compares times and days with the scalars of the schema.
func TestMomentsAreWrittenAsScalarsAre(t *testing.T) {
	t.Parallel()
	conn := connect(t)
	rows, err := conn.Query(t.Context(), `
		SELECT t, t::date FROM (SELECT unnest(ARRAY['0001-01-01Z', '9999-12-31 23:59:59.999999Z', '1999-12-31 23:59:59.9Z', '2000-01-01Z',
		    '2024-02-29 12:00:00.000001Z', '1969-12-31 23:59:59.100000Z', '0999-05-06 07:08:09.010Z']::timestamptz[]) AS t
		  UNION ALL SELECT '2026-01-01Z'::timestamptz + (random() - 0.5) * interval '2000 years' FROM generate_series(1, 2000)) x`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var at, day time.Time
		if err := rows.Scan(&at, &day); err != nil {
			t.Fatal(err)
		}
		raw := rows.RawValues()
		moment, err := timeOf(raw[0])
		if got, want := string(
			appendTime(nil, moment),
		), strings.Trim(
			string(scalars.AppendDateTime(nil, at)),
			`"`,
		); err != nil ||
			got != want {
			t.Errorf("%s, %v; want %s", got, err, want)
		}
		text, err := appendDate(nil, raw[1])
		if want := fleet.DateOf(day).String(); err != nil || string(text) != want {
			t.Errorf("%s, %v; want %s", text, err, want)
		}
	}
	if rows.Err() != nil {
		t.Error(rows.Err())
	}
}

// TestValuesOfAnotherFormAreRefused gives each type values of other lengths, infinities and NaN.
func TestValuesOfAnotherFormAreRefused(t *testing.T) {
	t.Parallel()
	conn := connect(t)
	var nan, past, future, never []byte
	rows, err := conn.Query(
		t.Context(),
		`SELECT 'NaN'::numeric, '-infinity'::timestamptz, 'infinity'::date, 'infinity'::timestamptz`,
	)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		raw := rows.RawValues()
		nan, past, future, never = append(
			nan,
			raw[0]...), append(
			past,
			raw[1]...), append(
			future,
			raw[2]...), append(
			never,
			raw[3]...)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	for _, c := range []struct {
		as     Type
		values [][]byte
	}{
		{Decimal, [][]byte{nan, {}, {0, 1, 0, 0, 0, 0, 0, 0}, []byte("1.50")}},
		{DateTime, [][]byte{past, never, {}, {1, 2, 3, 4}}},
		{Date, [][]byte{future, {}, {1, 2, 3, 4, 5, 6, 7, 8}}},
		{Int, [][]byte{{}, {1}, {1, 0, 0, 0, 0, 0, 0, 0}}},
		{Boolean, [][]byte{{}, []byte("true")}},
		{ID, [][]byte{{}, []byte("01234567-89ab-cdef-0123-456789abcdef")}},
	} {
		for _, value := range c.values {
			if b, err := appendValue(nil, c.as, fleet.KindUser, value); err == nil {
				t.Errorf("% x is taken for type %d: %s", value, c.as, b)
			}
		}
	}
}

func connect(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.Empty(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	if _, err := conn.Exec(t.Context(), "SET timezone = 'UTC'"); err != nil {
		t.Fatal(err)
	}
	return conn
}
