package press

import (
	"context"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/spelling"
)

var (
	table = db.NewRelation[Article]("article")
	due   = table.Where(`state = 'approved' AND publish_at <= $1 ORDER BY publish_at, id LIMIT 100`)
	stale = table.Where(`policy <> $1 ORDER BY id LIMIT 50`)

	roundTable = db.NewRelation[Round]("article_version", "article_id", "n")
	roundsOf   = roundTable.Where(`article_id = $1 ORDER BY n`)

	reviewTable = db.NewRelation[Reviewed]("article_review", "article_id", "round", "account")
	reviewsOf   = reviewTable.Where(`article_id = $1 ORDER BY round, at, account`)
	inRound     = reviewTable.Where(`article_id = $1 AND (round = $2 OR wrote)`)
	passes      = db.Query[int64](`SELECT COUNT(*) FROM article_review r WHERE r.article_id = $1 AND r.round = $2 AND r.passed AND r.account <> $3
		AND NOT EXISTS (SELECT 1 FROM article_review w WHERE w.article_id = r.article_id AND w.account = r.account AND w.wrote)`)

	fileTable = db.NewRelation[File]("article_file")
	filesOf   = fileTable.Where(`article_id = $1 AND NOT off ORDER BY kind DESC, no`)
	fileCount = db.Query[int64](`SELECT COUNT(*) FROM article_file WHERE article_id = $1 AND NOT off`)
	nextFile  = db.Query[int64](`SELECT COALESCE(MAX(no), 0) + 1 FROM article_file WHERE article_id = $1 AND kind = $2`)

	namedTable = db.NewRelation[Named]("article_named")
	namedOf    = namedTable.Where(`article_id = $1 ORDER BY id`)
	namedOne   = namedTable.Where(`id = $1 AND article_id = $2`)
	namedAs    = namedTable.Where(`person_id = $1 ORDER BY id`)
	dropNamed  = db.SQL(`DELETE FROM article_named WHERE id = $1 AND article_id = $2`)
	moveNamed  = db.SQL(`UPDATE article_named SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	naming     = table.Where(`id IN (SELECT article_id FROM article_named WHERE person_id = $1) ORDER BY id`)

	registered = db.Query[entry](`SELECT p.id, p.name FROM person p WHERE p.state = 'active' AND (p.id = $2
		OR p.id = (SELECT v.person_id FROM volunteer v WHERE v.no = $1))`)

	turn   = db.SQL(`INSERT INTO article_mark (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = article_mark.n + 1`)
	turned = db.Query[int64](`SELECT COALESCE(MAX(n), 0) FROM article_mark`)

	dropGrams = db.SQL(`DELETE FROM article_gram WHERE article_id = $1`)
)

// entry is somebody in the register.
type entry struct {
	ID   db.ID
	Name string
}

// pair is two neighbouring letters as one number.
func pair(a, b rune) int64 { return int64(a)<<21 | int64(b) }

// index keeps an article findable while it is published, and not a moment longer.
func index(ctx context.Context, tx *db.Tx, a Article) error {
	if _, err := dropGrams.Run(ctx, tx, a.ID); err != nil || a.State != Published {
		return err
	}
	seen, grams := map[int64]bool{}, []int64(nil)
	letters := []rune(a.Words)
	for i := 1; i < len(letters); i++ {
		if g := pair(letters[i-1], letters[i]); letters[i] != '\n' && letters[i-1] != '\n' && !seen[g] {
			seen[g], grams = true, append(grams, g)
		}
	}
	return tx.InsertMany(ctx, "article_gram", []string{"gram", "article_id"}, len(grams), func(i int) []any {
		return []any{grams[i], a.ID}
	}, "")
}

// holding narrows to articles that hold a text: where pairs says so by its first pairs of letters, then by all of it. Both engines answer
// alike, also to a word of two characters.
func holding(b *db.Builder, text string, pairs bool) {
	letters := spelling.Runes(text)
	if len(letters) == 0 {
		return
	}
	for i := 1; i < min(len(letters), 5) && pairs; i++ {
		b.Add(" AND a.id IN (SELECT article_id FROM article_gram WHERE gram = ?)", pair(letters[i-1], letters[i]))
	}
	b.Add(" AND a.words LIKE ? ESCAPE '!'", db.Holding(string(letters)))
}

// search is a list within what the actor may see.
type search struct {
	ListInput
	Scope auth.Scope
}

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add(`SELECT a.id, a.region, a.section, a.title, a.state, a.passed, a.needed, a.author_name, a.publish_at, a.published_at, a.changed_at
		FROM article a WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "a.region"})
	auth.Within(b, "a.region", in.Region)
	b.If(in.Section != "", " AND a.section = ?", in.Section).If(in.State != "", " AND a.state = ?", in.State)
	holding(b, in.Q, false)
}, func(search) db.Order[Line] {
	return db.Order[Line]{By: "a.changed_at, a.id", Down: true, Key: func(l Line) []any { return []any{l.ChangedAt, l.ID} }}
})

// around narrows to what concerns a place: its own, what lies in it, and what is told by those above it.
func around(b *db.Builder, column string, at auth.Region) {
	if at == 0 {
		return
	}
	b.Add(" AND (1 = 0")
	for level := auth.LevelRegion; level < at.Level(); level++ {
		b.Add(" OR "+column+" = ?", at.At(level))
	}
	b.Add(" OR (1 = 1")
	auth.Within(b, column, at)
	b.Add("))")
}

// few is how many articles a pair of letters stands in at most for a search to look through just these; one that stands in more is met
// soon among the newest.
const few = 200

// holders are articles in which a pair of letters stands, one more than few at most.
var holders = db.Query[db.ID](`SELECT article_id FROM article_gram WHERE gram = $1 LIMIT 201`)

// looked is what somebody looks for, with the articles of its rarest pair of letters where these are few.
type looked struct {
	PublicInput
	Rare bool
	Few  []db.ID
}

func look(ctx context.Context, tx *db.Tx, in PublicInput) (looked, error) {
	out, letters := looked{PublicInput: in}, spelling.Runes(in.Q)
	for i := 1; i < min(len(letters), 5); i++ {
		list, err := holders.All(ctx, tx, pair(letters[i-1], letters[i]))
		if err != nil {
			return out, err
		}
		if len(list) <= few && (!out.Rare || len(list) < len(out.Few)) {
			out.Rare, out.Few = true, list
		}
	}
	return out, nil
}

var news = db.ListOf(func(b *db.Builder, in looked) {
	b.Add(`SELECT a.id, a.region, a.section, a.title, a.summary, a.published_at, COALESCE((SELECT MIN(f.id) FROM article_file f
		WHERE f.article_id = a.id AND f.kind = 'picture' AND NOT f.off), 0) AS picture FROM article a WHERE a.state = 'published'`)
	around(b, "a.region", in.Region)
	b.If(in.Section != "", " AND a.section = ?", in.Section)
	if in.Rare {
		db.In(b, " AND a.id", in.Few)
	}
	holding(b, in.Q, !in.Rare)
}, func(looked) db.Order[Item] {
	return db.Order[Item]{By: "a.published_at, a.id", Down: true, Key: func(i Item) []any { return []any{i.PublishedAt, i.ID} }}
})

// heap is what waits for somebody.
type heap struct {
	Scope   auth.Scope
	Account db.ID
	Person  db.ID
	Most    int
}

// waiting is one article that waits, and how many do.
type waiting struct {
	ID    db.ID
	What  string
	Who   string
	At    time.Time
	Total int64
}

const waitingColumns = `SELECT a.id, a.title AS what, a.author_name AS who, a.changed_at AS at, COUNT(*) OVER () AS total FROM article a `

// toReview are those that the actor may review: not his own, not reviewed or written by him.
var toReview = db.DynamicOf[waiting](func(b *db.Builder, in heap) {
	b.Add(waitingColumns+`WHERE a.state = 'submitted' AND a.author <> ? AND NOT EXISTS (SELECT 1 FROM article_review r
		WHERE r.article_id = a.id AND (r.round = a.round OR r.wrote) AND r.account = ?)`, in.Account, in.Account)
	b.If(in.Person != 0, " AND (a.author_person IS NULL OR a.author_person <> ?)", in.Person)
	in.Scope.Where(b, auth.Columns{Region: "a.region"})
	b.Add(" ORDER BY a.changed_at, a.id LIMIT ?", in.Most)
})

// returned are the actor's own that were sent back.
var returned = db.DynamicOf[waiting](func(b *db.Builder, in heap) {
	b.Add(waitingColumns+`WHERE a.state = 'draft' AND a.reason <> '' AND a.author = ?`, in.Account)
	in.Scope.Where(b, auth.Columns{Region: "a.region"})
	b.Add(" ORDER BY a.changed_at, a.id LIMIT ?", in.Most)
})

// findings of Verify: what is published without the reviews that it needs, or found by a search although it is not published.
var findings = []struct {
	query *db.Rows[db.ID]
	what  string
}{
	{db.Query[db.ID](`SELECT a.id FROM article a WHERE a.state IN ('approved', 'published') AND (SELECT COUNT(*) FROM article_review r
		WHERE r.article_id = a.id AND r.round = a.round AND r.passed AND r.account <> a.author AND NOT EXISTS (SELECT 1 FROM article_review w
		WHERE w.article_id = r.article_id AND w.account = r.account AND w.wrote)) < a.needed`), "没有经过规定的审核人"},
	{db.Query[db.ID](`SELECT DISTINCT g.article_id FROM article_gram g JOIN article a ON a.id = g.article_id WHERE a.state <> 'published'`),
		"没有发布，却能查到"},
	{db.Query[db.ID](`SELECT DISTINCT n.article_id FROM article_named n JOIN article a ON a.id = n.article_id WHERE a.state = 'published'
		AND (n.ended_at IS NOT NULL OR n.person_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM person_consent c WHERE c.person_id = n.person_id
		AND c.purpose = 'publish' AND c.withdrawn_at IS NULL))`), "文中的人没有同意公开"},
}

// reporting is a search of the register within what the actor may see.
type reporting struct {
	ReportsInput
	Scope auth.Scope
}

func (in reporting) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "m.region"})
	auth.Within(b, "m.region", in.Region)
	b.If(in.Level != "", " AND m.level = ?", in.Level).If(in.From != 0, " AND m.day >= ?", in.From).If(in.To != 0, " AND m.day <= ?", in.To)
	b.If(in.Q != "", " AND (m.title LIKE ? ESCAPE '!' OR m.outlet LIKE ? ESCAPE '!')", db.Holding(in.Q), db.Holding(in.Q))
}

var (
	mediaTable = db.NewRelation[Coverage]("media_report")

	reports = db.ListOf(func(b *db.Builder, in reporting) {
		b.Add("SELECT " + mediaTable.Columns("m") + " FROM media_report m WHERE NOT m.off")
		in.narrow(b)
	}, func(reporting) db.Order[Coverage] {
		return db.Order[Coverage]{By: "m.day, m.id", Down: true, Key: func(c Coverage) []any { return []any{c.Day, c.ID} }}
	})

	reportCount = db.DynamicOf[int64](func(b *db.Builder, in reporting) {
		b.Add("SELECT COUNT(*) FROM media_report m WHERE NOT m.off")
		in.narrow(b)
	})
)
