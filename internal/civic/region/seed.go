package region

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	//go:embed regions.csv.gz
	regionsGz []byte
	//go:embed places.csv
	placesCSV string
	//go:embed population.csv
	populationCSV string
)

// firstEdition is the state that the embedded divisions show; see SOURCE.md.
const firstEdition clock.Day = 20230630

type place struct{ lat, lng float64 }

type people struct {
	count int64
	basis string
}

// Seed fills an empty table with the embedded edition; where divisions stand already it does nothing.
func Seed(ctx context.Context, tx *db.Tx) error {
	if n, err := rowCount.One(ctx, tx); err != nil || n > 0 {
		return err
	}
	units, err := embedded()
	if err != nil {
		return err
	}
	places, err := readPlaces()
	if err != nil {
		return err
	}
	inhabitants, err := readPopulation()
	if err != nil {
		return err
	}
	return insert(ctx, tx, units, firstEdition, places, inhabitants)
}

func insert(ctx context.Context, tx *db.Tx, units []unit, edition clock.Day, places map[auth.Region]place,
	inhabitants map[auth.Region]people) error {
	cols := []string{"code", "name", "level", "parent", "class", "edition", "valid_from", "valid_to", "lat", "lng", "population",
		"population_basis", "counts_as_community", "counts_why", "counts_by", "version"}
	return tx.InsertMany(ctx, "region", cols, len(units), func(i int) []any {
		u := units[i]
		at, who := places[u.Code], inhabitants[u.Code]
		counts, why := u.Level == auth.LevelCommunity, ""
		if counts {
			counts, why = countsByName(u.Name)
		}
		return []any{u.Code, u.Name, u.Level, none(u.Code.Parent()), u.Class, edition, edition, clock.Forever, at.lat, at.lng, who.count,
			who.basis, counts, why, "", 1}
	}, "")
}

// unit is one line of an edition.
type unit struct {
	Code  auth.Region
	Level int64
	Name  string
	Class string
}

func embedded() ([]unit, error) {
	z, err := gzip.NewReader(bytes.NewReader(regionsGz))
	if err != nil {
		return nil, err
	}
	units, wrong := parse(z)
	if len(wrong) > 0 {
		return nil, fmt.Errorf("regions.csv.gz: %s", wrong[0])
	}
	return units, nil
}

// parse reads the lines code,parent,level,name,class of an edition, sorted by code; wrong lists what no edition may hold.
func parse(r io.Reader) (units []unit, wrong []string) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = 5
	first, err := in.Read()
	if err != nil || strings.TrimPrefix(strings.Join(first, ","), "\ufeff") != strings.Join(head, ",") {
		return nil, []string{"第 1 行应为 code,parent,level,name,class"}
	}
	seen := map[auth.Region]bool{}
	for line := 2; ; line++ {
		row, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, append(wrong, fmt.Sprintf("第 %d 行不是 5 列", line))
		}
		u, msg := parseUnit(row)
		if msg == "" && seen[u.Code] {
			msg = "代码重复"
		}
		if msg != "" {
			wrong = append(wrong, fmt.Sprintf("第 %d 行：%s", line, msg))
			continue
		}
		seen[u.Code] = true
		units = append(units, u)
	}
	for _, u := range units {
		if u.Level > auth.LevelRegion && !seen[u.Code.Parent()] {
			wrong = append(wrong, fmt.Sprintf("%s %s 的上级 %s 不在文件里", u.Code, u.Name, u.Code.Parent()))
		}
	}
	slices.SortFunc(units, func(a, b unit) int { return int(a.Code - b.Code) })
	return units, wrong
}

func parseUnit(row []string) (u unit, wrong string) {
	if u.Code.UnmarshalText([]byte(row[0])) != nil || u.Code == 0 {
		return u, "代码应是 12 位数字"
	}
	u.Level, u.Name, u.Class = int64(u.Code.Level()), strings.TrimSpace(row[3]), row[4]
	parent := ""
	if p := u.Code.Parent(); p != 0 {
		parent = p.String()
	}
	switch {
	case row[1] != parent:
		return u, "上级代码与本级代码的前缀不符"
	case row[2] != strconv.FormatInt(u.Level, 10):
		return u, "级别与代码不符"
	case u.Name == "" || len([]rune(u.Name)) > 100:
		return u, "名称是空的或者太长"
	case !class.MatchString(u.Class):
		return u, "城乡分类应是 3 位代码"
	}
	return u, ""
}

// class is an urban/rural class, empty where the edition does not tell.
var class = regexp.MustCompile(`^([12][0-9]{2})?$`)

// head is the first line of an edition's file.
var head = []string{"code", "parent", "level", "name", "class"}

// write gives divisions as an edition's file, as parse reads it.
func write(rows []Span) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Write(head)
	for _, s := range rows {
		parent := ""
		if p := s.Code.Parent(); p != 0 {
			parent = p.String()
		}
		w.Write([]string{s.Code.String(), parent, strconv.FormatInt(s.Level, 10), s.Name, s.Class})
	}
	w.Flush() // a buffer takes everything
	return out.Bytes()
}

func readPlaces() (map[auth.Region]place, error) {
	out := map[auth.Region]place{}
	err := eachRow(placesCSV, func(code auth.Region, row []string) (err error) {
		var p place
		if p.lng, err = strconv.ParseFloat(row[1], 64); err == nil {
			p.lat, err = strconv.ParseFloat(row[2], 64)
		}
		out[code] = p
		return err
	})
	return out, err
}

func readPopulation() (map[auth.Region]people, error) {
	out := map[auth.Region]people{}
	err := eachRow(populationCSV, func(code auth.Region, row []string) error {
		n, err := strconv.ParseInt(row[3], 10, 64)
		out[code] = people{n, row[5]}
		return err
	})
	return out, err
}

func eachRow(text string, fn func(auth.Region, []string) error) error {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return err
	}
	for _, row := range rows[1:] {
		var code auth.Region
		if err := code.UnmarshalText([]byte(row[0])); err != nil {
			return err
		}
		if err := fn(code, row); err != nil {
			return err
		}
	}
	return nil
}
