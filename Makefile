.PHONY: run build twice openapi-check test race drill mutate bench bench-region bench-public bench-export bench-dispatch tour

# 构建并以演示数据启动：http://127.0.0.1:8080
run: build
	bin/linli serve --addr 127.0.0.1:8080 --demo

# 静态、不含路径和调试表；容器也用它构建，产物相同
build:
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o bin/linli ./cmd/linli

# 在两个目录里各构建一次当前提交，第二次不用缓存：应逐字节相同
twice:
	scripts/twice

# 安装缺少的工具，启动私有 PostgreSQL，做全部检查和测试
test:
	scripts/test

# 并发最多的几个包，带竞态检测
race:
	scripts/withpg go test -race -count=1 ./internal/platform/...

# 随机破坏各领域的代码，看测试是否发现：AREAS="catalogue order"（默认全部），N 是每个领域的处数，
# SEED 决定破坏哪些，MINUTES 是时间上限，JOBS 是同时运行几个；AT="文件 文件:行" 只破坏这些；
# WITH 是领域自己的测试没有发现时再跑的测试
N ?= 15
SEED ?= 1
MINUTES ?= 60
JOBS ?= 2
WITH ?= internal/app TestPermissions|TestMatrix
mutate:
	scripts/withpg go run ./internal/mutate -areas "$(AREAS)" -n $(N) -seed $(SEED) -minutes $(MINUTES) -jobs $(JOBS) -at "$(AT)" -with "$(WITH)"

# 用外部工具核对接口文档：redocly 的推荐规则，TypeScript 类型和 Go 客户端能编译；需要 npm 和网络
openapi-check:
	scripts/openapi

# 长时间演练：断电、重启、抢占
drill:
	LINLI_TEST_DIR=/tmp LINLI_DRILL=1 scripts/withpg go test -p 1 -count=1 -timeout 60m -run Drill -v ./...

# 与同一台机器上最简单的做法比较，见 bench/README.md
bench:
	LINLI_TEST_DIR=/tmp scripts/withpg go run -C bench .

# 在生成的全区数据上量主管部门的页面；SHARE 是取多大一部分，全部约需 40 GB 磁盘
SHARE ?= 0.01
bench-region:
	LINLI_TEST_DIR=/tmp scripts/withpg go run -C bench . -region $(SHARE)

# 派单求解与 LEMON 网络单纯形法交替比较；缺少时用 apt 安装 liblemon-dev
bench-dispatch:
	bench/dispatch/setup
	cd bench && go run ./dispatch

# 重拍用户手册里的界面图；ALL=文件夹 时另把每种页面和印出来的东西各拍一张，放在那里给人看，不提交
tour:
	LINLI_TOUR=$(CURDIR)/docs/guide/pictures LINLI_TOUR_ALL=$(abspath $(ALL)) scripts/withpg go test -count=1 -timeout 90m -run TestTour ./cmd/linli

# 公开的页面、启动和检索，在许多文章和照片上：ARTICLES 篇，照片是五倍
ARTICLES ?= 10000
bench-public:
	LINLI_TEST_DIR=/tmp scripts/withpg go run -C bench . -articles $(ARTICLES) -slice 1s -rounds 3

# 导出服务记录与 COPY 比较；RECORDS 是多少条，要求说的是一百万
RECORDS ?= 100000
bench-export:
	LINLI_TEST_DIR=/tmp scripts/withpg go run -C bench . -records $(RECORDS) -rounds 3
