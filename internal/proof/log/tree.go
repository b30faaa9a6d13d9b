package log

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"linli/internal/platform/db"
)

// height is that of a tile: 256 hashes wide, as C2SP's tlog-tiles has it.
const height = 8

// tile is a row of hashes of the tree, as wide as it has come.
type tile struct {
	Level  int64
	No     int64
	Hashes []byte
}

var (
	tiles   = db.NewRelation[tile]("log_tile", "level", "no")
	tileAt  = tiles.Where("level = $1 AND no = $2")
	putTile = db.SQL(`INSERT INTO log_tile (level, no, hashes) VALUES ($1, $2, $3)
		ON CONFLICT (level, no) DO UPDATE SET hashes = excluded.hashes`)
	countTiles = db.Query[int64](`SELECT COUNT(*) FROM log_tile`)
)

// tree is the tree of the log within a transaction: its tiles as they stand, and beside them what was added until save writes it.
type tree struct {
	read  func(level, no int64) ([]byte, error)
	held  map[[2]int64][]byte
	fresh map[int64]tlog.Hash
	size  int64
}

func newTree(ctx context.Context, tx *db.Tx, size int64) *tree {
	return &tree{size: size, held: map[[2]int64][]byte{}, fresh: map[int64]tlog.Hash{}, read: func(level, no int64) ([]byte, error) {
		t, _, err := db.Found(tileAt.One(ctx, tx, level, no))
		return t.Hashes, err
	}}
}

// ReadHashes gives stored hashes by their index, as tlog counts them.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if h, ok := t.fresh[index]; ok {
			out[i] = h
			continue
		}
		at := tlog.TileForIndex(height, index)
		data, err := t.tile(int64(at.L), at.N)
		if err != nil {
			return nil, err
		}
		if out[i], err = tlog.HashFromTile(at, data, index); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// tile gives the hashes of a tile; none where it is not there.
func (t *tree) tile(level, no int64) (data []byte, err error) {
	key := [2]int64{level, no}
	data, ok := t.held[key]
	if !ok {
		if data, err = t.read(level, no); err == nil {
			t.held[key] = data
		}
	}
	return data, err
}

// add puts a leaf at the end.
func (t *tree) add(leaf []byte) error {
	hashes, err := tlog.StoredHashes(t.size, leaf, t)
	if err != nil {
		return err
	}
	first := tlog.StoredHashIndex(0, t.size)
	for i, h := range hashes {
		t.fresh[first+int64(i)] = h
	}
	t.size++
	return nil
}

// save writes the tiles that have grown since the tree had an older size.
func (t *tree) save(ctx context.Context, tx *db.Tx, older int64) error {
	for _, x := range tlog.NewTiles(height, older, t.size) {
		data, err := tlog.ReadTileData(x, t)
		if err != nil {
			return err
		}
		if _, err := putTile.Run(ctx, tx, int64(x.L), x.N, data); err != nil {
			return err
		}
	}
	return nil
}

// at is the tree as it was, or is, with n leaves.
func (t *tree) at(n int64) (tlog.Tree, error) {
	h, err := tlog.TreeHash(n, t)
	return tlog.Tree{N: n, Hash: h}, err
}

// tilePath reads the address of a tile as C2SP writes it: level and number, or entries and number.
func tilePath(path string) (tlog.Tile, error) {
	name := path
	if n, ok := strings.CutPrefix(path, "entries/"); ok {
		name = "data/" + n
	}
	return tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", height, name))
}
