# Installs what a stage needs, where that can be done: Debian packages by apt, the wasm32 target by rustup.

# A network that does not answer is a missing thing, not a gate that hangs.
INSTALL_SECONDS=300

have() { command -v "$1" >/dev/null 2>&1; }

apt_install() {
  have apt-get && [ "$(id -u)" = 0 ] || return 1
  [ -n "${APT_UPDATED:-}" ] || { timeout "$INSTALL_SECONDS" apt-get update -qq >/dev/null 2>&1; APT_UPDATED=1; }
  DEBIAN_FRONTEND=noninteractive timeout "$INSTALL_SECONDS" apt-get install -y -qq "$@" >/dev/null 2>&1
}

# Says nothing and succeeds if the need is met, or could be met; else says why not.
need() {
  case "$1" in
    cargo) have cargo || { echo "no cargo: install Rust, see CONTRIBUTING.md"; return 1; } ;;
    wasm32-target)
      rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null | xargs -r test -d && return 0
      have rustup && timeout "$INSTALL_SECONDS" rustup target add wasm32-unknown-unknown >/dev/null 2>&1 && return 0
      echo "no wasm32-unknown-unknown target, and rustup could not add it"; return 1 ;;
    python3) have python3 || apt_install python3 || { echo "no python3, and apt could not install it"; return 1; } ;;
    node) { have node && have npm; } || apt_install nodejs npm || { echo "no Node.js, and apt could not install it"; return 1; } ;;
    *) echo "nobody knows how to get $1"; return 1 ;;
  esac
}
