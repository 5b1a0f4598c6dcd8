#!/bin/sh
# Gets what the bindings are made with into a folder, and nothing outside of it: SWIG by pip, as Node needs 4.2 or
# newer and Debian 12 has 4.1; the headers of Node-API by npm.
#     tools.sh FOLDER
# SPDX-License-Identifier: MIT
set -eu
swig=swig==4.5.1
headers='node-api-headers@1.9.0 node-addon-api@8.9.2'

folder=${1:?expected a folder}
[ "$(cat "$folder/versions" 2>/dev/null)" != "$swig $headers" ] || exit 0
rm -rf "$folder/swig" "$folder/node" "$folder/versions"
mkdir -p "$folder"

python3 -m venv "$folder/swig"
"$folder/swig/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check "$swig"
npm install --prefix "$folder/node" --cache "$folder/npm-cache" --loglevel error --ignore-scripts \
  --no-package-lock --no-audit --no-fund --no-update-notifier $headers >/dev/null
rm -rf "$folder/npm-cache"

echo "$swig $headers" >"$folder/versions"
