#include "lab/train/checkpoint.h"

#include <bit>
#include <charconv>
#include <cstring>

#include "base/hash.h"

namespace genkai::lab::train {
namespace {
using base::Code;
static_assert(std::endian::native == std::endian::little, "checkpoints are little-endian");

constexpr std::uint64_t kMagic = 0x0154'4B43'4B4E'4547ULL;  // "GENKCKT" and the version, 1

struct Header {
  std::uint64_t magic, layout, step, stage, stage_step, tokens;
  double loss;
  std::uint64_t stopped;
};

std::uint64_t layout_of(const Parameters& parameters) {
  std::string text;
  for (const Parameters::Entry& e : parameters.entries())
    text += e.name + " " + std::to_string(e.rows) + " " + std::to_string(e.cols) + "\n";
  return base::hash64(text);
}
std::string_view bytes_of(std::span<const float> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}
base::Path cpu_path(base::Path path) {
  return path += ".cpu";
}
}  // namespace

base::Status write_checkpoint(const base::Path& path, const TrainState& state, const Parameters& parameters,
                              Optimiser& optimiser) {
  const Header header{kMagic,           layout_of(parameters),  state.next.step,
                      state.next.stage, state.next.stage_step,  state.tokens,
                      state.loss,       state.stopped ? 1U : 0U};
  std::string content(reinterpret_cast<const char*>(&header), sizeof header);
  content += bytes_of(parameters.values());
  content += bytes_of(optimiser.moment1());
  content += bytes_of(optimiser.moment2());
  const std::uint64_t sum = base::hash64(content);
  content.append(reinterpret_cast<const char*>(&sum), sizeof sum);
  if (path.has_parent_path()) GENKAI_RETURN_IF_ERROR(base::create_folders(path.parent_path()));
  GENKAI_RETURN_IF_ERROR(
      base::write_file_atomically(cpu_path(path), std::to_string(state.cpu_seconds) + "\n"));
  return base::write_file_atomically(path, content);
}

base::Result<std::optional<TrainState>> read_checkpoint(const base::Path& path, Parameters& parameters,
                                                        Optimiser& optimiser) {
  auto read = base::read_file(path, std::size_t{16} << 30);
  if (!read && read.error().code == Code::not_found) return std::nullopt;
  if (!read) return base::fail(std::move(read).error());
  const std::string& content = *read;
  const std::string name = path.string();
  std::uint64_t sum = 0;
  Header header{};
  if (content.size() < sizeof header + sizeof sum)
    return base::fail(Code::corrupt, name + " is too short for a checkpoint", "delete it to begin anew");
  std::memcpy(&header, content.data(), sizeof header);
  std::memcpy(&sum, content.data() + content.size() - sizeof sum, sizeof sum);
  if (header.magic != kMagic)
    return base::fail(Code::invalid_argument, name + " is not a checkpoint of this version",
                      "choose another file");
  if (sum != base::hash64(std::string_view(content).substr(0, content.size() - sizeof sum)))
    return base::fail(Code::corrupt, name + " is damaged: its checksum differs", "delete it to begin anew");
  const std::size_t part = parameters.values().size_bytes();
  if (header.layout != layout_of(parameters) || content.size() != sizeof header + 3 * part + sizeof sum)
    return base::fail(Code::invalid_argument, name + " is a checkpoint of a model of other matrices",
                      "train the architecture that it was written for, or choose another file");
  const char* from = content.data() + sizeof header;
  std::memcpy(parameters.values().data(), from, part);
  std::memcpy(optimiser.moment1().data(), from + part, part);
  std::memcpy(optimiser.moment2().data(), from + 2 * part, part);
  TrainState state{.next = {header.step, static_cast<std::uint32_t>(header.stage), header.stage_step},
                   .tokens = header.tokens,
                   .loss = header.loss,
                   .stopped = header.stopped != 0};
  if (const auto cpu = base::read_file(cpu_path(path)))
    std::from_chars(cpu->data(), cpu->data() + cpu->size(), state.cpu_seconds);
  return state;
}

}  // namespace genkai::lab::train
