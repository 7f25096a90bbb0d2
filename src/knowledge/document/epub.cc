// EPUB: a zip archive whose META-INF/container.xml names a package file (OPF), which lists chapters (XHTML)
// in order.
#include <map>
#include <set>

#include "knowledge/document/blocks.h"
#include "knowledge/document/dates.h"
#include "knowledge/document/markup.h"
#include "knowledge/document/readers.h"
#include "knowledge/document/zip_reader.h"

namespace genkai::knowledge::reading {
namespace {

class Container final : public MarkupHandler {
 public:
  void start(std::string_view name, const Attributes& attributes, std::uint32_t) override {
    if (name == "rootfile" && package_.empty()) package_ = attributes.get("full-path");
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}
  const std::string& package() const { return package_; }

 private:
  std::string package_;
};

class Package final : public MarkupHandler {
 public:
  void start(std::string_view name, const Attributes& attributes, std::uint32_t) override {
    name_ = name;
    modified_value_ = name == "meta" && attributes.get("property") == "dcterms:modified";
    value_.clear();
    if (name == "item")
      items_[std::string(attributes.get("id"))] = {std::string(attributes.get("href")),
                                                   attributes.get("properties") == "nav"};
    if (name == "itemref") spine_.emplace_back(attributes.get("idref"));
  }
  void end(std::string_view name) override {
    if (name == name_ && name == "title" && title_.empty()) title_ = collapse(value_);
    if (name == name_ && name == "creator" && creator_.empty()) creator_ = collapse(value_);
    if (name == name_ && name == "date" && date_.empty()) date_ = find_date(value_);
    if (name == "meta" && modified_value_ && modified_.empty()) modified_ = find_date(value_);
    value_.clear();
  }
  void text(std::string_view text) override {
    if (value_.size() < 4096) value_ += text;
  }

  /// Chapters in reading order, relative to the package file.
  std::vector<std::string> chapters() const {
    std::vector<std::string> out;
    std::set<std::string_view> seen;
    for (const std::string& id : spine_)
      if (const auto item = items_.find(id);
          item != items_.end() && !item->second.is_navigation && seen.insert(id).second)
        out.push_back(item->second.path);
    return out;
  }
  const std::string& title() const { return title_; }
  const std::string& creator() const { return creator_; }
  const std::string& date() const { return modified_.empty() ? date_ : modified_; }

 private:
  struct Item {
    std::string path;
    bool is_navigation = false;
  };
  std::string name_, value_, title_, creator_, date_, modified_;
  bool modified_value_ = false;
  std::map<std::string, Item> items_;
  std::vector<std::string> spine_;
};

// A relative address inside the archive: %20 decoded, "." and ".." resolved, the fragment cut off.
std::string resolve(std::string_view folder, std::string_view address) {
  address = address.substr(0, address.find('#'));
  std::string decoded(folder);
  for (std::size_t i = 0; i < address.size(); ++i) {
    unsigned value = 0;
    if (address[i] == '%' && i + 2 < address.size() &&
        std::isxdigit(static_cast<unsigned char>(address[i + 1])) &&
        std::isxdigit(static_cast<unsigned char>(address[i + 2]))) {
      for (const char c : address.substr(i + 1, 2))
        value = value * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
      decoded += static_cast<char>(value);
      i += 2;
    } else {
      decoded += address[i];
    }
  }
  return std::filesystem::path(decoded).lexically_normal().generic_string();
}

}  // namespace

base::Status read_epub(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document) {
  GENKAI_ASSIGN_OR_RETURN(ZipReader archive, ZipReader::open(bytes, limits));
  GENKAI_ASSIGN_OR_RETURN(const std::string container_xml, archive.read("META-INF/container.xml"));
  Container container;
  GENKAI_RETURN_IF_ERROR(read_xml_events(container_xml, container));
  GENKAI_ASSIGN_OR_RETURN(const std::string package_xml, archive.read(container.package()));
  Package package;
  GENKAI_RETURN_IF_ERROR(read_xml_events(package_xml, package));
  const std::size_t slash = container.package().rfind('/');
  const std::string folder = slash == std::string::npos ? "" : container.package().substr(0, slash + 1);
  std::size_t unreadable = 0;
  for (const std::string& chapter : package.chapters()) {
    const auto page = archive.read(resolve(folder, chapter));
    if (!page) {
      // A missing chapter is a flaw of the book; a bomb or an encrypted chapter is an error.
      if (page.error().code != base::Code::not_found && page.error().code != base::Code::corrupt)
        return base::fail(page.error());
      ++unreadable;
      continue;
    }
    ParsedDocument part;
    if (!read_html(*page, limits, part)) {
      ++unreadable;
      continue;
    }
    std::move(part.blocks.begin(), part.blocks.end(), std::back_inserter(document.blocks));
    std::move(part.warnings.begin(), part.warnings.end(), std::back_inserter(document.warnings));
  }
  for (Block& block : document.blocks) block.line = 0;
  if (unreadable > 0) document.warnings.push_back(std::to_string(unreadable) + " chapters could not be read");
  document.info.title = package.title();
  document.info.date = package.date();
  if (!package.creator().empty()) document.info.source = package.creator();
  return {};
}

}  // namespace genkai::knowledge::reading
