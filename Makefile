# 美好教育 Meihao · `make help` 列出命令 lists the commands
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install office demo test check static policies bench trust lock clean

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed
APT := apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq
OFFICE := libreoffice-calc-nogui libreoffice-writer-nogui fonts-noto-cjk poppler-utils

help: ## 列出命令 list the commands
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | expand -t 10

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

office: ## 安装 LibreOffice 与字体，供 PDF 和测试用 LibreOffice and fonts, for PDF and for the tests
	@{ command -v soffice && command -v pdfinfo && fc-list | grep 'Noto Serif CJK'; } >/dev/null 2>&1 || { \
	  if [[ $$(id -u) == 0 ]] && command -v apt-get >/dev/null; then \
	    echo '安装 LibreOffice 与字体 … installing LibreOffice and fonts …'; { $(APT) $(OFFICE); } >/dev/null; \
	  else \
	    echo '请先运行 first run: sudo apt-get update && sudo apt-get install -y $(OFFICE)' >&2; exit 1; \
	  fi; }

demo: install ## 虚构区县走一遍：读表、测算、结果在 out/ an invented district, evaluated into out/
	@$(BIN)/meihao demo

test: static office ## 静态检查与全部测试 static checks and all tests
	$(BIN)/pytest -n 2

check: static policies ## 静态检查与政策文件检查，不跑测试 static checks and policy files, no tests

static: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

policies: install ## 检查全部政策文件 check every policy file
	$(BIN)/meihao policies check

trust: install ## 坏文件的长测：要跑很久 the long form of the hostile runs; takes long
	$(BIN)/python -m bench.trust hostile files
	$(BIN)/python -m bench.trust hostile mutate --n 10000
	$(BIN)/python -m bench.trust hostile sheet --n 40
	! $(BIN)/python -m bench.trust hostile files --control
	! $(BIN)/python -m bench.trust hostile mutate --control
	! $(BIN)/python -m bench.trust hostile sheet --control

bench: install ## 测速 measure speed
	$(BIN)/python -m bench

lock: install ## 重写 requirements.lock，升级用 UPGRADE=包名 rewrite requirements.lock; UPGRADE=name takes a newer one
	@$(BIN)/uv pip compile --quiet --extra web --extra postgres --extra dev --generate-hashes --no-emit-index-url --no-header \
	  $(UPGRADE:%=--upgrade-package %) pyproject.toml -o requirements.lock

clean: ## 删除 .venv、缓存与 demo/，不动 out/ remove .venv, caches and demo/; out/ stays
	@rm -rf .venv demo dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
