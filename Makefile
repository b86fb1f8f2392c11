# 美好教育 Meihao · `make help` 列出命令 lists the commands
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install tools frontend evaluate demo test check static policies bench bench-web trust lock clean

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed
APT := apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq
TOOLS := libreoffice-calc-nogui libreoffice-writer-nogui fonts-noto-cjk poppler-utils chromium postgresql
PLATFORM := env MEIHAO_DEMO=1 MEIHAO_HOME="$${MEIHAO_HOME:-$$HOME/.local/share/meihao-demo}" $(BIN)
ADDRESS ?= 127.0.0.1:8000
# what says nothing new on the second database, or is about the bytes of the first
NOT_TWICE := registry/people/test_people_erase_bytes.py registry/oneroster returns/test_views.py library accounts/test_matrix.py
POSTGRES := pg_virtualenv env MEIHAO_DATABASE=postgres

help: ## 列出命令 list the commands
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | expand -t 10

install: $(STAMP) ## 安装到 .venv，只在依赖变动时重做 install into .venv, again only when dependencies change

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo '需要 Python 3.11 或更新版本：make PYTHON=… Python 3.11 or newer is needed: make PYTHON=…' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  if [[ $$(id -u) == 0 ]] && command -v apt-get >/dev/null; then \
	    echo '安装 python3-venv … installing python3-venv …'; { $(APT) python3-venv; } >/dev/null; \
	  fi; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  echo '请先运行 first run: sudo apt-get update && sudo apt-get install -y python3-venv' >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
	  echo '建立 .venv … making .venv …'; $(PYTHON) -m venv --clear .venv; }
	@echo '安装依赖 … installing dependencies …'
	@sed -n '/^uv==/,/# via/p' requirements.lock | \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --require-hashes -r /dev/stdin
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
	@echo '安装完成。installed.'

tools: ## 安装测试用的 LibreOffice、字体、Chromium、PostgreSQL what the tests drive: office, fonts, browser, database
	@{ command -v soffice && command -v pdfinfo && command -v chromium && command -v pg_virtualenv && \
	   fc-list | grep 'Noto Serif CJK'; } >/dev/null 2>&1 || { \
	  if [[ $$(id -u) == 0 ]] && command -v apt-get >/dev/null; then \
	    echo '安装 LibreOffice、字体、Chromium、PostgreSQL … installing tools …'; { $(APT) $(TOOLS); } >/dev/null; \
	  else \
	    echo '请先运行 first run: sudo apt-get update && sudo apt-get install -y $(TOOLS)' >&2; exit 1; \
	  fi; }

frontend: install ## 从 npm 取用前端文件 front-end files from npm, by the lock file
	@cat package-lock.json src/meihao/ui/echarts.js | cmp -s - .venv/frontend || { \
	  $(BIN)/python manage.py frontend; cat package-lock.json src/meihao/ui/echarts.js > .venv/frontend; }

evaluate: install ## 虚构区县走一遍：读表、测算、结果在 out/ an invented district, evaluated into out/
	@$(BIN)/meihao demo

demo: evaluate frontend ## 测算之后打开平台：网址、各角色的一次性链接；Ctrl-C 结束 then the platform, with a link for each role
	@$(PLATFORM)/python manage.py demo --address http://$(ADDRESS)
	@$(PLATFORM)/granian --interface wsgi --no-ws --blocking-threads 8 --log-level error \
	  --host $(firstword $(subst :, ,$(ADDRESS))) --port $(lastword $(subst :, ,$(ADDRESS))) meihao.web.wsgi:application

test: static tools frontend ## 静态检查与全部测试 static checks and all tests
	$(BIN)/pytest -n 3 --dist worksteal
	$(POSTGRES) $(BIN)/pytest -n 2 --dist worksteal tests/records $(NOT_TWICE:%=--ignore tests/records/%)
	$(POSTGRES) $(BIN)/pytest -n 2 -m both_databases tests/journeys

check: static policies ## 静态检查与政策文件检查，不跑测试 static checks and policy files, no tests

static: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

policies: install ## 检查全部政策文件 check every policy file
	$(BIN)/meihao policies check

trust: install tools ## 坏文件的长测：要跑很久 the long form of the hostile runs; takes long
	$(BIN)/python -m bench.trust hostile files
	$(BIN)/python -m bench.trust hostile mutate --n 10000
	$(BIN)/python -m bench.trust hostile sheet --n 40
	$(BIN)/python -m bench.trust crash import
	$(POSTGRES) $(BIN)/python -m bench.trust crash import
	$(POSTGRES) $(BIN)/python -m bench.trust crash db
	$(BIN)/python -m bench.trust canary
	$(BIN)/python -m bench.trust guards --n 0
	$(BIN)/python -m bench.trust inject
	$(POSTGRES) $(BIN)/python -m bench.trust inject
	$(BIN)/python -m bench.trust fuzz
	$(POSTGRES) $(BIN)/python -m bench.trust fuzz
	$(BIN)/python -m bench.trust sdc
	! $(BIN)/python -m bench.trust canary --control
	! $(BIN)/python -m bench.trust guards --control
	! $(BIN)/python -m bench.trust inject --control
	! $(BIN)/python -m bench.trust fuzz --control
	! $(BIN)/python -m bench.trust sdc --control
	! $(BIN)/python -m bench.trust hostile files --control
	! $(BIN)/python -m bench.trust hostile mutate --control
	! $(BIN)/python -m bench.trust hostile sheet --control
	! $(BIN)/python -m bench.trust crash import --control --n 5
	! $(POSTGRES) $(BIN)/python -m bench.trust crash db --control

bench: install ## 测速 measure speed
	$(BIN)/python -m bench

bench-web: install tools frontend ## 负载下的平台：名单翻页、指标，截止前交表 under load: lists, figures, the hour before a deadline
	$(BIN)/python -m bench.web pages --record
	$(POSTGRES) $(BIN)/python -m bench.web pages --record
	$(BIN)/python -m bench.web figures --record
	$(POSTGRES) $(BIN)/python -m bench.web figures --record
	$(BIN)/python -m bench.web deadline --record
	$(POSTGRES) $(BIN)/python -m bench.web deadline --record
	$(BIN)/python -m bench.web returns --record
	$(POSTGRES) $(BIN)/python -m bench.web returns --record

shots: install tools frontend ## 每一页的截图联系表，在 out/shots/ contact sheets of every page
	$(BIN)/python -m bench.shots

lock: install ## 重写 requirements.lock，升级用 UPGRADE=包名 rewrite requirements.lock; UPGRADE=name takes a newer one
	@$(BIN)/uv pip compile --quiet --extra web --extra postgres --extra dev --generate-hashes --no-emit-index-url --no-header \
	  $(UPGRADE:%=--upgrade-package %) pyproject.toml -o requirements.lock

clean: ## 删除 .venv、缓存与 demo/，不动 out/ remove .venv, caches and demo/; out/ stays
	@rm -rf .venv demo dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
