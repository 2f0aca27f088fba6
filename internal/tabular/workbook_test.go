package tabular

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// TestRowsBeyondASheetAreInTheNextOne counts the rows of all sheets, each with the names of the columns.
func TestRowsBeyondASheetAreInTheNextOne(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	w, err := NewWorkbook(&file, []Column{{Name: "n", Type: Number}}, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	w.most = 4
	for n := range 7 {
		if err := w.Row([]Value{{Text: fmt.Append(nil, n)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	book, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var rows []int
	for _, part := range book.File {
		if strings.HasPrefix(part.Name, "xl/worksheets/") {
			in, err := part.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(in)
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, bytes.Count(text, []byte("<row ")))
		}
	}
	if got := fmt.Sprint(rows); got != "[4 4 2]" {
		t.Errorf("rows of the sheets: %s", got)
	}
}

// TestATextThatNoCellHoldsIsRefused and not cut.
func TestATextThatNoCellHoldsIsRefused(t *testing.T) {
	t.Parallel()
	w, err := NewWorkbook(io.Discard, []Column{{Name: "description"}}, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row([]Value{{Text: []byte(strings.Repeat("ß", maxCellText))}}); err != nil {
		t.Error(err)
	}
	err = w.Row([]Value{{Text: []byte(strings.Repeat("🚜", maxCellText/2+1))}})
	if err == nil || !strings.Contains(err.Error(), "row 3, column description") {
		t.Errorf("a text that is too long: %v", err)
	}
}

// TestColumnsHaveTheLettersOfExcel up to those of three.
func TestColumnsHaveTheLettersOfExcel(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := letters(n); got != want {
			t.Errorf("column %d is %s, want %s", n, got, want)
		}
	}
}
