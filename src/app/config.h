#pragma once
// The configuration of `genkai serve` (docs/configuration.md), read from TOML.
//
//   GENKAI_ASSIGN_OR_RETURN(Config config, read_config("genkai.toml"));

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "model/upstream/upstream.h"
#include "serve/gateway.h"
#include "serve/http.h"
#include "serve/risk_watch.h"
#include "serve/telemetry.h"

namespace genkai::app {

struct Config {
  serve::HttpServerOptions http;
  std::chrono::milliseconds drain{30'000};  // for requests in flight when it is told to stop
  base::Path key_file;                      // empty: no keys
  std::vector<model::UpstreamOptions> models;
  serve::GatewayOptions gateway;
  std::vector<std::string> knowledge;  // empty: all named ones
  serve::TelemetryOptions telemetry;
  serve::RiskWatchOptions feedback = default_feedback();

  /// Kept beside the knowledge bases; where that cannot be written, in memory.
  static serve::RiskWatchOptions default_feedback();
};

/// Every error names `file` and the line: malformed TOML, a section or setting that is not known, a value of
/// the wrong kind or out of its range, a secret in the text. Secrets come from the environment and from
/// files; relative paths start at `folder`. Whether models, fallbacks and bases go together is not checked.
base::Result<Config> parse_config(std::string_view text, const std::string& file, const base::Path& folder);
base::Result<Config> read_config(const base::Path& file);

/// invalid_argument when settings contradict each other: an address that others can reach without keys, admin
/// routes without keys, a default model that is not there.
base::Status check(const Config& config);
/// 127.0.0.0/8, ::1 and localhost.
bool is_loopback(std::string_view address);

}  // namespace genkai::app
