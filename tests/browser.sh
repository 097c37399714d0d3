#!/bin/sh
# Prints the path of a Chromium that runs. Where there is none and this machine lets us, it installs
# Debian's; else it says what to install and fails. Everything but the path goes to stderr.
set -eu

runs() { "$1" --version >/dev/null 2>&1; }

find_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        path="$(command -v "$name")" || continue
        # A name may be there and only ask for a download: it must run.
        if runs "$path"; then
            printf '%s\n' "$path"
            return 0
        fi
    done
    return 1
}

install_browser() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then
        as_root='env'
    elif sudo -n true 2>/dev/null; then
        as_root='sudo -n env'
    else
        return 1
    fi
    echo 'Installing Chromium from the system packages / กำลังติดตั้ง Chromium จากแพ็กเกจของระบบ' >&2
    $as_root DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 &&
        $as_root DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >&2
}

if [ -n "${PRONGSAI_CHROMIUM:-}" ]; then
    if runs "$PRONGSAI_CHROMIUM"; then
        printf '%s\n' "$PRONGSAI_CHROMIUM"
        exit 0
    fi
    echo "PRONGSAI_CHROMIUM names '$PRONGSAI_CHROMIUM', which does not run." >&2
    echo "PRONGSAI_CHROMIUM ระบุ '$PRONGSAI_CHROMIUM' ซึ่งเปิดไม่ได้" >&2
    exit 1
fi

if find_browser; then exit 0; fi
if install_browser && find_browser; then exit 0; fi

cat >&2 <<'MESSAGE'
The tests need a browser: install Chromium or Google Chrome (on Debian: apt-get install chromium),
or name one that you have: PRONGSAI_CHROMIUM=/path/to/chromium make test
การทดสอบต้องใช้เบราว์เซอร์ กรุณาติดตั้ง Chromium หรือ Google Chrome (บน Debian: apt-get install chromium)
หรือระบุโปรแกรมที่มีอยู่แล้ว: PRONGSAI_CHROMIUM=/ตำแหน่ง/chromium make test
MESSAGE
exit 1
