#!/bin/sh
# peers.sh [RECEIPTS [FOLDER]]: the same postings asked of every program that is installed (hledger, ledger, bean-query, rledger) and of
# corefund: all balances, one year's statement of one fund, every posting as CSV. Prints a table for docs/PERFORMANCE.md.
# Seconds of a processor, of the whole program and the system for it, the least of three runs (of one, where a run takes longer than ten), and its
# peak memory: on a computer that is used for other things too, the clock tells of those.
set -eu
receipts=${1:-10000}
folder=${2:-$(mktemp -d)}
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"

mkdir -p "$folder"
[ -e "$folder/journal.ledger" ] || cargo bench --quiet --bench speed -- "$receipts" --keep "$folder" --sheets
corefund=${COREFUND:-$here/target/release/corefund}
[ -x "$corefund" ] || cargo build --release --quiet
export COREFUND_LEDGER="$folder/ledger.db"
if [ ! -e "$COREFUND_LEDGER" ]; then
    "$corefund" init --quiet > /dev/null
    for what in contributors funds rates pledges receipts; do
        "$corefund" import "$what" "$folder/$what.csv" --quiet > /dev/null
    done
fi

# The least time of up to three runs, and the memory.
measure() {
    best=
    for run in 1 2 3; do
        if ! took=$(/usr/bin/time -f '%U %S %M' "$@" 2>&1 > /dev/null | tail -n 1 | awk 'NF == 3 { printf "%.2f %d", $1 + $2, $3 }'); then :; fi
        best=$(printf '%s\n%s\n' "$best" "$took" | awk 'NF == 2 && (least == "" || $1 < least) { least = $1; line = $0 } END { print line }')
        if awk -v took="${took%% *}" 'BEGIN { exit !(took > 10) }'; then break; fi
    done
    echo "$best" | awk '{ printf "%.2f s, %d MB", $1, $2 / 1024 }'
}

echo "$(uname -sm), $(nproc 2> /dev/null || echo '?') processors, $(awk -F: '/model name/ { print $2; exit }' /proc/cpuinfo 2> /dev/null)"
echo
echo "| program | all balances | statement of a year | every posting |"
echo "|---|---|---|---|"
journal=$folder/journal.ledger
accounts='(Assets:Receivable|Income:Contributions):F07'
if command -v hledger > /dev/null; then
    echo "| $(hledger --version | cut -d, -f1) | $(measure hledger -f "$journal" balance --flat -O csv) |" \
        "$(measure hledger -f "$journal" balance -b 2014 -e 2015 --flat -O csv "$accounts") | $(measure hledger -f "$journal" print -O csv) |"
fi
if command -v ledger > /dev/null; then
    echo "| $(ledger --version | head -n 1 | cut -d, -f1) | $(measure ledger --args-only -f "$journal" balance --flat) |" \
        "$(measure ledger --args-only -f "$journal" balance -b 2014 -e 2015 --flat "$accounts") | $(measure ledger --args-only -f "$journal" csv) |"
fi
sums='SELECT account, currency, sum(number) GROUP BY account, currency'
of_year="SELECT account, currency, sum(number) WHERE account ~ '$accounts' AND year = 2014 GROUP BY account, currency"
every='SELECT date, account, number, currency'
for query in 'bean-query -f csv' 'rledger query -f csv'; do
    if command -v "${query%% *}" > /dev/null; then
        beans=$folder/journal.beancount
        # shellcheck disable=SC2086
        echo "| ${query%% *} | $(measure $query "$beans" "$sums") | $(measure $query "$beans" "$of_year") | $(measure $query "$beans" "$every") |"
    fi
done
echo "| corefund | $(measure "$corefund" trial-balance) | $(measure "$corefund" statement 2014 --fund F07) |" \
    "$(measure "$corefund" export journal --to ledger --output "$folder/exported.ledger" --force) |"
