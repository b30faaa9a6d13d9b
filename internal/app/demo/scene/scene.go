// Package scene draws what stands for photographs in a demo, marked as such.
package scene

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"linli/internal/platform/blob"
)

// Block is a rectangle of a drawn scene, in pixels of 480×360.
type Block struct {
	x, y, w, h int
	c          color.RGBA
}

var (
	sky   = color.RGBA{205, 225, 235, 255}
	snow  = color.RGBA{240, 240, 236, 255}
	wall  = color.RGBA{226, 205, 175, 255}
	roof  = color.RGBA{150, 75, 60, 255}
	wood  = color.RGBA{130, 95, 65, 255}
	glass = color.RGBA{120, 160, 180, 255}
	board = color.RGBA{30, 95, 95, 255}

	// Door is the station from the street.
	Door = []Block{{0, 0, 480, 360, sky}, {0, 290, 480, 70, snow}, {60, 110, 360, 190, wall}, {45, 90, 390, 26, roof},
		{150, 135, 180, 30, board}, {200, 185, 80, 115, wood}, {238, 185, 4, 115, wall}, {95, 190, 70, 60, glass}, {315, 190, 70, 60, glass}}
	// Paper is an appointment, signed and sealed.
	Paper = []Block{{0, 0, 480, 360, snow}, {160, 70, 160, 14, roof}, {150, 120, 180, 6, wood}, {270, 240, 50, 50, roof}}
	// Room is where people meet in it.
	Room = []Block{{0, 0, 480, 360, wall}, {0, 260, 480, 100, wood}, {40, 50, 120, 110, glass}, {98, 50, 4, 110, snow},
		{210, 60, 220, 90, board}, {90, 215, 300, 16, roof}, {110, 231, 12, 70, roof}, {358, 231, 12, 70, roof}, {150, 245, 50, 12, board},
		{158, 257, 8, 55, board}, {184, 257, 8, 55, board}, {280, 245, 50, 12, board}, {288, 257, 8, 55, board}, {314, 257, 8, 55, board}}
)

// mark says 演示 in dots.
const mark = `
.............##.................................
...###.......##.................................
...####.#############.......################....
.....##.##############......################....
........#...........##..........................
........#...........##..........................
.........###########............................
..........#########.............................
..###.........#...........####################..
...###..#############.....####################..
........##...###...##..............##...........
........##....#....##..............##...........
........##...###...##.........##...##...##......
.....##.#############........##....##....##.....
.....##.##....#....##........##....##....##.....
.....#..##....#....##.......##.....##.....##....
....##..#############.......##.....##.....##....
....##...........#.........##......##......##...
...##.....###...###.......##.......##......##...
...##....###.....###.......#.......##.......#...
...#...###.........###.........######...........
................................####............`

// Draw paints the blocks over each other, and the mark into the corner.
func Draw(scene []Block) (blob.Upload, error) {
	img := image.NewRGBA(image.Rect(0, 0, 480, 360))
	fill := func(b Block) {
		draw.Draw(img, image.Rect(b.x, b.y, b.x+b.w, b.y+b.h), image.NewUniform(b.c), image.Point{}, draw.Src)
	}
	for _, b := range scene {
		fill(b)
	}
	fill(Block{370, 306, 104, 50, snow})
	for y, line := range strings.Split(strings.TrimPrefix(mark, "\n"), "\n") {
		for x, dot := range line {
			if dot == '#' {
				fill(Block{374 + 2*x, 309 + 2*y, 2, 2, wood})
			}
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, img)
	return blob.Upload{Name: "演示照片.png", Data: out.Bytes()}, err
}
