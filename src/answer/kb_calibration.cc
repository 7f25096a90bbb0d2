#include "answer/kb_calibration.h"

#include <system_error>

#include "base/hash.h"

namespace genkai::answer {

using limits::hallucination::Calibration;

namespace {

constexpr std::size_t kLongestName = 80;       // of a model in a file name
constexpr std::size_t kLargestFile = 1 << 28;  // bytes

bool is_safe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.';
}

}  // namespace

std::string model_file_name(const std::string& model) {
  std::string name;
  for (const char c : model.substr(0, kLongestName)) name += is_safe(c) ? c : '_';
  // What the replacing made equal, or looks like another file, is told apart by a hash.
  if (name != model || name == "quotes" || name.front() == '.')
    name = (name.front() == '.' ? "_" : "") + name + "-" + base::content_hash(model).substr(0, 8);
  return name + ".json";
}

base::Path calibration_file(const base::Path& kb_folder, const std::string& model) {
  return kb_folder / "calibration" / (model.empty() ? "quotes.json" : model_file_name(model));
}

std::string with_memory(const std::string& model) {
  return model + " with memory";
}

base::Result<std::optional<Calibration>> load_calibration(const base::Path& kb_folder,
                                                          const std::string& model) {
  const base::Path file = calibration_file(kb_folder, model);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::optional<Calibration>();
  const auto named = [&](base::Error error) {
    error.message = file.string() + ": " + error.message;
    if (error.hint.empty()) error.hint = "make it again, or remove it: genkai calibrate --kb ... --forget";
    return base::fail(std::move(error));
  };
  GENKAI_ASSIGN_OR_RETURN(const std::string text, base::read_file(file, kLargestFile));
  const auto json = base::Json::parse(text);
  if (!json) return named({base::Code::corrupt, json.error().message, ""});
  auto calibration = Calibration::parse(*json);
  if (!calibration) return named(calibration.error());
  return std::optional<Calibration>(std::move(*calibration));
}

base::Status save_calibration(const base::Path& kb_folder, const std::string& model,
                              const Calibration& calibration) {
  const base::Path file = calibration_file(kb_folder, model);
  GENKAI_RETURN_IF_ERROR(base::create_folders(file.parent_path()));
  return base::write_file_atomically(file, calibration.to_json().dump() + "\n");
}

base::Result<bool> forget_calibration(const base::Path& kb_folder, const std::string& model) {
  const base::Path file = calibration_file(kb_folder, model);
  std::error_code error;
  const bool removed = std::filesystem::remove(file, error);
  if (error) return base::fail(base::system_error("cannot remove " + file.string(), error.value()));
  return removed;
}

}  // namespace genkai::answer
