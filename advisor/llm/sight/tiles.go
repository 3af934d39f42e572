package sight

import "math"

// grid is tiles side by side and one above the other.
type grid struct{ across, down float64 }

// grids are all that have no more tiles than most.
func grids(most int) []grid {
	var all []grid
	for tiles := 1; tiles <= most; tiles++ {
		for across := 1; across <= tiles; across++ {
			if tiles%across == 0 {
				all = append(all, grid{float64(across), float64(tiles / across)})
			}
		}
	}
	return all
}

// llama4 fits an image into the tiles in which it is enlarged least, else shrunk least; of equal
// ones into the fewest. Each tile, and where there are several one of the whole image, is 144
// tokens; a mark follows each tile, and three stand around.
func llama4(width, height int) Cut {
	const each, marks, patches = 144, 3, 577
	tiles := fitted(width, height, 336, 16)
	if tiles == 1 {
		return Cut{each + marks, patches, patches}
	}
	return Cut{tiles*(each+1) + each + marks, (tiles + 1) * patches, patches}
}

// fitted is the number of tiles of a side into which an image fits enlarged least, else shrunk least; of equal ones
// the fewest.
func fitted(width, height int, side float64, most int) float64 {
	best, scale := grid{}, 0.0
	for _, g := range grids(most) {
		by := math.Min(g.across*side/float64(width), g.down*side/float64(height))
		better := by > scale && scale < 1 || by >= 1 && by < scale
		if same := math.Abs(by-scale) < 1e-9; scale == 0 || better && !same || same && g.across*g.down < best.across*best.down {
			best, scale = g, by
		}
	}
	return best.across * best.down
}

// mllama fits an image into tiles that layers of cross-attention look at: one layer in five has keys and values for
// each patch, and none is a token of the prompt but the mark. Patches count as tokens by the memory that they take.
func mllama(width, height int) Cut {
	const patches, crossed = 1601, 5
	tiles := fitted(width, height, 560, 4)
	return Cut{1 + tiles*patches/crossed, tiles * patches, tiles * patches}
}

// internVL fits an image into the tiles whose shape is nearest to its own; of equal ones into more,
// where it has pixels for half of them. Each tile, and where there are several one of the whole
// image, is 256 tokens; two marks stand around.
func internVL(width, height int) Cut {
	const side, most, each, marks, patches = 448, 12, 256, 2, 1025
	shape, pixels := float64(width)/float64(height), float64(width)*float64(height)
	best, nearest := grid{1, 1}, math.Inf(1)
	for _, g := range grids(most) {
		switch off := math.Abs(shape - g.across/g.down); {
		case off < nearest:
			best, nearest = g, off
		case off == nearest && pixels > 0.5*side*side*g.across*g.down:
			best = g
		}
	}
	tiles := best.across * best.down
	if tiles > 1 {
		tiles++
	}
	return Cut{tiles*each + marks, tiles * patches, patches}
}

// miniCPM cuts an image into about as many slices as it has squares of 448 x 448, in the grid whose
// shape is nearest to its own. Each slice, and one of the whole image, is 64 tokens between two
// marks; a mark ends each row of slices.
func miniCPM(width, height int) Cut {
	const side, most, each, patches = 448, 9, 64 + 2, 1024
	w, h := float64(width), float64(height)
	about := math.Min(math.Ceil(w*h/(side*side)), most)
	if about <= 1 {
		return Cut{each, patches, patches}
	}
	best, nearest := grid{1, 1}, math.Inf(1)
	for _, g := range grids(most) {
		tiles := g.across * g.down
		if off := math.Abs(math.Log(w/h) - math.Log(g.across/g.down)); tiles > 1 && math.Abs(tiles-about) <= 1 && off < nearest {
			best, nearest = g, off
		}
	}
	tiles := best.across * best.down
	return Cut{(tiles+1)*each + best.down - 1, (tiles + 1) * patches, patches}
}

// deepSeekVL2 fits an image into the tiles in which most of its pixels are left, of those into the
// fewest. The tiles together are rows of tokens with a mark after each, and so is the whole
// image; a mark stands between.
func deepSeekVL2(width, height int) Cut {
	const side, most, each, patches = 384, 9, 14, 729
	w, h := float64(width), float64(height)
	best, kept := grid{1, 1}, 0.0
	for _, g := range grids(most) {
		by := math.Min(g.across*side/w, g.down*side/h)
		if left := math.Min(math.Floor(w*by)*math.Floor(h*by), w*h); left > kept {
			best, kept = g, left
		}
	}
	return Cut{each*(each+1) + 1 + best.down*each*(best.across*each+1), (best.across*best.down + 1) * patches, patches}
}

// idefics3 resizes an image until its longer side is four tiles and cuts it; each tile, and one of the whole image, has two
// marks before it, and a mark ends each row of tiles.
func idefics3(side, each, patches float64) func(int, int) Cut {
	const across, marks = 4, 2
	return func(width, height int) Cut {
		by := across * side / float64(max(width, height))
		columns, rows := math.Max(1, math.Ceil(float64(width)*by/side-1e-9)), math.Max(1, math.Ceil(float64(height)*by/side-1e-9))
		return Cut{(columns*rows+1)*(each+marks) + rows, (columns*rows + 1) * patches, patches}
	}
}

// llavaNext fits an image into the grid in which most of its pixels are left, of those into that of the fewest; the padding
// around it is no tokens.
func llavaNext(width, height int) Cut {
	const side, each, whole, patches = 336, 24, 576, 577
	w, h := float64(width), float64(height)
	best, kept := grid{1, 2}, 0.0
	for _, g := range []grid{{1, 2}, {2, 1}, {2, 2}, {3, 1}, {1, 3}} {
		by := math.Min(g.across*side/w, g.down*side/h)
		left := math.Min(math.Floor(w*by)*math.Floor(h*by), w*h)
		if left > kept || left == kept && g.across*g.down < best.across*best.down {
			best, kept = g, left
		}
	}
	columns, rows := best.across*each, best.down*each
	if w/h > columns/rows {
		rows -= 2 * math.Floor((rows-math.Floor(h*columns/w))/2)
	} else {
		columns -= 2 * math.Floor((columns-math.Floor(w*rows/h))/2)
	}
	return Cut{rows*(columns+1) + whole, (best.across*best.down + 1) * patches, patches}
}
