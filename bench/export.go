package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"linli/internal/platform/db"
)

// Limits of the export of a register.
const (
	exportMemory = 100.0 // MB
	exportRate   = 0.5
)

// exports measures the export of records on both engines.
func (b *bench) exports(n int) error {
	for _, open := range []func() (*product, error){b.onSQLite, b.onPostgres} {
		p, err := open()
		if err != nil {
			return err
		}
		err = b.export(p, n)
		if err = errors.Join(err, p.close()); err != nil {
			return fmt.Errorf("%s: %w", p.engine, err)
		}
	}
	return nil
}

// export measures the export of many records beside a bare one of the same columns: COPY on PostgreSQL, a cursor on SQLite.
func (b *bench) export(p *product, n int) error {
	if err := p.command("demo", "--scale", "small", "--manifest", p.dir+".json").Run(); err != nil {
		return err
	}
	if err := manyRecords(p, n); err != nil {
		return err
	}
	ours, bare := filepath.Join(b.dir, "ours.csv"), filepath.Join(b.dir, "bare.csv")
	most, took := 0.0, [2][]float64{}
	one := func(side int) error {
		begun := time.Now()
		if side == 1 {
			if err := bareExport(p, bare); err != nil {
				return err
			}
		} else {
			cmd := p.command("export", "records", "--demo", "--to", ours)
			if err := cmd.Run(); err != nil {
				return err
			}
			most = max(most, float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)/1000)
		}
		took[side] = append(took[side], time.Since(begun).Seconds())
		return nil
	}
	var ratios []float64
	for range b.rounds {
		for _, side := range []int{0, 1, 1, 0} {
			if err := one(side); err != nil {
				return err
			}
		}
		o, r := took[0], took[1]
		ratios = append(ratios, (r[len(r)-2]+r[len(r)-1])/(o[len(o)-2]+o[len(o)-1]))
	}
	if err := sameLines(ours, bare, n); err != nil {
		return err
	}
	fmt.Printf("%-9s %-46s %.1f and %.1f s, ratios %.2f to %.2f\n", p.engine, "export, ours and bare", quantile(took[0], 0.5),
		quantile(took[1], 0.5), quantile(ratios, 0), quantile(ratios, 1))
	b.say(p.engine, strconv.Itoa(n)+" records, memory at most", most, exportMemory, "MB", false)
	b.say(p.engine, "export of records beside a bare one", quantile(ratios, 0.5), exportRate, "x", true)
	return nil
}

// exportSQL are the columns that the export gives, as the database has them.
const exportSQL = `SELECT v.no, p.name, r.region, r.title, r.category, r.started_at, r.ended_at, r.place, r.content, r.unit, r.leader
	FROM service_record r JOIN volunteer v ON v.id = r.volunteer_id JOIN person p ON p.id = r.person_id WHERE r.status <> 'void' ORDER BY r.id`

func bareExport(p *product, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if p.engine == "sqlite" {
		return cursor(p, f)
	}
	ctx := context.Background()
	c, err := pgx.Connect(ctx, p.dsn)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.PgConn().CopyTo(ctx, f, "COPY ("+exportSQL+") TO STDOUT (FORMAT csv)")
	return err
}

// cursor writes the rows as the driver gives them.
func cursor(p *product, w io.Writer) error {
	d, err := sql.Open("sqlite", "file:"+p.dsn+"?_pragma=query_only(1)&_pragma=cache_size(-16384)")
	if err != nil {
		return err
	}
	defer d.Close()
	rows, err := d.Query(exportSQL)
	if err != nil {
		return err
	}
	defer rows.Close()
	out, cells, into := csv.NewWriter(w), make([]string, 11), make([]any, 11)
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return errors.Join(rows.Err(), out.Error())
}

// sameLines fails unless both files hold the same volunteers in the same order, and at least n lines.
func sameLines(ours, bare string, n int) error {
	a, err := os.Open(ours)
	if err != nil {
		return err
	}
	defer a.Close()
	z, err := os.Open(bare)
	if err != nil {
		return err
	}
	defer z.Close()
	left, right := bufio.NewScanner(a), bufio.NewScanner(z)
	left.Scan() // its columns
	lines := 0
	for ; right.Scan(); lines++ {
		first, _, _ := bytes.Cut(right.Bytes(), []byte(","))
		if !left.Scan() || !bytes.HasPrefix(left.Bytes(), append(first, ',')) {
			return fmt.Errorf("line %d: %s beside %s", lines+1, left.Text(), right.Text())
		}
	}
	if left.Scan() || lines < n {
		return fmt.Errorf("%d lines, and more of ours: %q", lines, left.Text())
	}
	return nil
}

// manyRecords loads pending records of the demo's volunteers. They get no imprints: nobody asks this database for them.
func manyRecords(p *product, n int) error {
	ctx := context.Background()
	d, err := db.Open(ctx, p.db)
	if err != nil {
		return err
	}
	defer d.Close()
	type who struct{ ID, PersonID db.ID }
	var list []who
	var newest db.ID
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		if list, err = db.Select[who](ctx, tx, tx.Build("SELECT id, person_id FROM volunteer ORDER BY id")); err == nil {
			newest, err = db.SelectOne[db.ID](ctx, tx, tx.Build("SELECT MAX(id) FROM service_record"))
		}
		return err
	}); err != nil {
		return err
	}
	columns := strings.Fields(`id version volunteer_id person_id region source round title category day place content started_at ended_at minutes
		unit leader status confirmation evidence needs_second why confirmed counted_day due_day reason made_at`)
	begun := time.Date(2026, 1, 5, 9, 0, 0, 0, shanghai)
	return d.Bulk(ctx, []string{"service_record"}, func(b *db.Bulk) error {
		return b.Load(ctx, "service_record", columns, func(yield func([]any) bool) {
			for i := range n {
				v, at := list[i%len(list)], begun.Add(time.Duration(i/len(list))*time.Hour)
				if !yield([]any{int64(newest) + 1 + int64(i), int64(1), int64(v.ID), int64(v.PersonID), int64(152502200200), "import", int64(1),
					"给老人送一顿午饭", "elderly_disabled", int64(20260105), "嘎查部一楼", "送饭上门，陪着说了会儿话", at, at.Add(time.Hour), int64(60),
					"锡林浩特市巴彦查干嘎查村民委员会", "巴特尔", "pending", "", "paper", true, "导入的记录，要第二人复核", true, int64(0), int64(20260112), "",
					begun}) {
					return
				}
			}
		})
	})
}
