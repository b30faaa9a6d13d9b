package exchange_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"linli/internal/network/station"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/proof/record"
	"linli/internal/reach/exchange"
	"linli/internal/work/attendance/attendancetest"
)

type world struct {
	*attendancetest.World
	s        *exchange.Service
	stations *station.Service
}

func each(t *testing.T, test func(t *testing.T, w world)) {
	attendancetest.Each(t, func(t *testing.T, in *attendancetest.World) {
		test(t, open(in))
	})
}

func open(in *attendancetest.World) world {
	w := world{World: in, stations: station.New(in.DB, in.Keys)}
	w.s = exchange.New(in.DB, w.stations, record.New(in.DB))
	return w
}

func (w world) stand() (n int) {
	page, err := w.stations.List(w.Town, station.ListInput{Paging: db.Paging{Limit: 100}})
	if err != nil {
		w.T.Fatal(err)
	}
	return len(page.Items)
}

const head = "站或点,区划代码,名称,依托设施,地址,开放时间,电话,纬度,经度\n"

const old = "志愿者编号,姓名,区划代码,活动名称,类别,开始,结束,地点,服务内容,记录单位,负责人\n"

// What goes out comes in again in another place, and then goes out the same. (Stations do so in the test of the command, as XLSX.)
func TestRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		no := w.Vols[0].No
		file := old + no + ",娜仁高娃,152502200200,扫雪,environment,2026-01-05 09:00,2026-01-05 11:30,队部,\"清扫,积雪\",宝力根嘎查,巴图\n" +
			no + ",,152502200200,送药,health,2026-01-06 09:00,2026-01-06 09:40,,'=送药,宝力根嘎查,\n"
		if r, err := w.s.Import(w.Manager, "records", []byte(file), false); err != nil || !r.Stored || r.Rows != 2 {
			t.Fatal(r, err)
		}
		first := w.export("records")
		if !strings.Contains(string(first), "'=送药") || strings.Contains(string(first), "''") {
			t.Errorf("formula: %s", first)
		}
		other := open(attendancetest.New(t, dbtest.SQLite(t)))
		first = bytes.ReplaceAll(first, []byte(no), []byte(other.Vols[0].No))
		if r, err := other.s.Import(other.Manager, "records", first, false); err != nil || !r.Stored {
			t.Fatalf("%+v %v\n%s", r, err, first)
		}
		if again := other.export("records"); !bytes.Equal(again, first) {
			t.Errorf("went out as\n%s\ncame back as\n%s", first, again)
		}
		if r, err := w.s.Import(w.Manager, "records", []byte(file), false); err != nil || r.Stored || len(r.Problems) != 2 {
			t.Errorf("the same again: %+v %v", r, err)
		}
	})
}

func (w world) export(kind string) []byte {
	w.T.Helper()
	var out bytes.Buffer
	if err := w.s.Export(w.System, kind, false, &out); err != nil {
		w.T.Fatal(err)
	}
	return out.Bytes()
}

// Every wrong row is named with its line and field, and a refused file or a dry run stores nothing.
func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		before := w.stand()
		good := "站,152502200201,,,队部,,,43.8,116\n"
		r, err := w.s.Import(w.Town, "stations", []byte(head+good+"\n亭,15250220020,,,,,,北,116\n点,152502200202,,,东头,,,0,0\n站,152601100201,,,别的盟,,,0,0\n"), false)
		var got []string
		for _, p := range r.Problems {
			got = append(got, fmt.Sprint(p.Line, " ", p.Field))
		}
		want := "4 address,4 kind,4 lat,4 region,5 kind,6 region"
		if err != nil || r.Stored || strings.Join(got, ",") != want {
			t.Errorf("problems %v (%v), want %s", r.Problems, err, want)
		}
		if r, err := w.s.Import(w.Town, "stations", []byte(head+good), true); err != nil || r.Stored || len(r.Problems) > 0 || r.Rows != 1 {
			t.Errorf("dry run: %+v %v", r, err)
		}
		if w.stand() != before {
			t.Errorf("%d stations, before %d", w.stand(), before)
		}
		for what, file := range map[string]string{"a stranger's column": "站或点,区划代码,密码\n站,1,2\n", "a column twice": "站或点,站或点\n站,站\n", "no rows": head, "no table": "PK\x03\x04", "bytes": "\xff\xfe\x80"} {
			_, err := w.s.Import(w.Town, "stations", []byte(file), false)
			w.Refused(err, "invalid", what)
		}
		_, err = w.s.Import(w.Town, "horses", []byte(head+good), false)
		w.Refused(err, "invalid", "unknown kind")
		_, err = w.s.Import(w.Resident, "stations", []byte(head+good), false)
		w.Refused(err, "denied", "a resident")
	})
}
