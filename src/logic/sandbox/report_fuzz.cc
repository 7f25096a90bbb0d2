// What a program may write into its own report.
#include <cstdint>
#include <cstdlib>

#include "base/json.h"
#include "logic/sandbox/report.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace genkai;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const logic::Report report = logic::parse_report(bytes);
  if (logic::as_utf8(report.text) != report.text) std::abort();
  if (report.kind != 0 && !report.started && report.kind != 'w') std::abort();
  if (!base::Json::parse(base::Json(report.text).dump())) std::abort();
  if (logic::last_line(bytes).size() > size) std::abort();
  return 0;
}
