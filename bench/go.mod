module linli/bench

go 1.26.0

require linli v0.0.0

replace linli => ../
