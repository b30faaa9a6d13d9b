package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"linli/internal/platform/db"
)

// Words of two characters: common ones stand in every article, those of the vocabulary each in some, absent ones in none.
var (
	common     = []string{"志愿", "服务", "邻里"}
	vocabulary = words("送饭扫雪陪护理发修车接送读报买药量压做菜洗衣打水看家喂羊剪毛搬家拍照学车教歌舞蹈下棋植树巡逻防火", 400)
	absent     = []string{"飞船", "鲸鱼", "珊瑚"}
)

// words are n words of two of some characters.
func words(of string, n int) (out []string) {
	letters := []rune(of)
	for i := 0; len(out) < n; i++ {
		a, b := letters[i%len(letters)], letters[(i*7+i/len(letters)*3+1)%len(letters)]
		out = append(out, string([]rune{a, b}))
	}
	return out
}

// article is one as it is written: what it says, and what a search compares.
type article struct{ title, summary, body, words string }

func compose(rng *rand.Rand, n int) article {
	var paragraphs []string
	for range 5 {
		var p strings.Builder
		for range 12 {
			p.WriteString(vocabulary[rng.IntN(len(vocabulary))])
		}
		paragraphs = append(paragraphs, p.String())
	}
	a := article{title: fmt.Sprintf("%s%s%d", common[0], common[1], n), summary: common[2] + paragraphs[0][:36]}
	a.body = "<p>" + strings.Join(paragraphs, "</p><p>") + "</p>"
	a.words = strings.Join(append([]string{a.title, a.summary}, paragraphs...), "\n")
	return a
}

// grams are the pairs of neighbouring letters that a search asks for, as the area press keeps them.
func (a article) grams() map[int64]bool {
	out, letters := map[int64]bool{}, []rune(a.words)
	for i := 1; i < len(letters); i++ {
		if letters[i-1] != '\n' && letters[i] != '\n' {
			out[int64(letters[i-1])<<21|int64(letters[i])] = true
		}
	}
	return out
}

// write loads articles with pictures into a database that nobody serves, each as published as one that went through its steps, and the
// file of each picture. The rows get no imprints: nobody asks this database for them.
func write(p *product, articles, pictures int) error {
	ctx := context.Background()
	d, err := db.Open(ctx, p.db)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Start(ctx); err != nil {
		return err
	}
	ids := make([]db.ID, articles+2*pictures)
	if err := d.Write(ctx, func(tx *db.Tx) error {
		for i := range ids {
			ids[i] = tx.NewID()
		}
		return nil
	}); err != nil {
		return err
	}
	l := loader{articles: ids[:articles], files: ids[articles : articles+pictures], blobs: ids[articles+pictures:], now: time.Now(),
		dir: filepath.Join(p.dir, "files")}
	return d.Bulk(ctx, []string{"article", "article_gram", "article_file", "blob"}, func(b *db.Bulk) error { return l.load(ctx, b) })
}

type loader struct {
	articles, files, blobs []db.ID
	now                    time.Time
	dir                    string
}

const town = int64(152502200000)

func (l loader) load(ctx context.Context, b *db.Bulk) error {
	if err := b.Load(ctx, "article", strings.Fields(`id version region section title summary source body words policy state round needed passed
		published_at author author_name reason made_at changed_at`), l.texts(func(i int, a article, yield func([]any) bool) bool {
		at := l.now.Add(-time.Duration(i) * time.Hour)
		return yield([]any{int64(l.articles[i]), int64(5), town, "deed", a.title, a.summary, "", a.body, a.words, int64(1), "published", int64(1),
			int64(1), int64(1), at, int64(1), "编辑", "", at, at})
	})); err != nil {
		return err
	}
	if err := b.Load(ctx, "article_gram", []string{"gram", "article_id"}, l.texts(func(i int, a article, yield func([]any) bool) bool {
		for g := range a.grams() {
			if !yield([]any{g, int64(l.articles[i])}) {
				return false
			}
		}
		return true
	})); err != nil {
		return err
	}
	if err := b.Load(ctx, "blob", strings.Fields("id sha256 size type name region owner_kind owner_id made_at"), l.pictures()); err != nil {
		return err
	}
	return b.Load(ctx, "article_file", strings.Fields(`id version article_id no kind blob_id view_id thumb_id caption alt width height size type
		off by_name at`), func(yield func([]any) bool) {
		for i, id := range l.files {
			blob := int64(l.blobs[i])
			if !yield([]any{int64(id), int64(1), int64(l.articles[i%len(l.articles)]), int64(1 + i/len(l.articles)), "picture", blob, blob, blob,
				"图", "图", int64(800), int64(600), int64(20), "image/jpeg", false, "编辑", l.now}) {
				return
			}
		}
	})
}

// texts composes each article anew, the same each time.
func (l loader) texts(row func(i int, a article, yield func([]any) bool) bool) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		rng := rand.New(rand.NewPCG(1, 2))
		for i := range l.articles {
			if !row(i, compose(rng, i), yield) {
				return
			}
		}
	}
}

// pictures writes the file of each picture too.
func (l loader) pictures() iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for i, id := range l.blobs {
			content := fmt.Appendf(nil, "picture %12d", i)
			sum := sha256.Sum256(content)
			name := hex.EncodeToString(sum[:])
			dir := filepath.Join(l.dir, name[:2], name[2:4])
			if os.MkdirAll(dir, 0o700) != nil || os.WriteFile(filepath.Join(dir, name), content, 0o600) != nil {
				panic("no room for pictures")
			}
			if !yield([]any{int64(id), name, int64(len(content)), "image/jpeg", "图.jpg", town, "article_file", int64(l.files[i]), l.now}) {
				return
			}
		}
	}
}
