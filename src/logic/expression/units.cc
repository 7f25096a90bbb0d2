#include "logic/expression/units.h"

#include <algorithm>
#include <cctype>
#include <unordered_map>

namespace genkai::logic::expression {
namespace {

// One line a unit: names separated by spaces, the first is the symbol.
struct Row {
  std::string_view names, plural, japanese;
  std::int64_t numerator, denominator;
  std::array<std::int8_t, 6> exponents;  // length, mass, time, calendar, temperature, data
};
constexpr std::array<std::int8_t, 6> kPlain{}, kOfLength{1}, kOfArea{2}, kOfVolume{3}, kOfMass{0, 1},
    kOfTime{0, 0, 1}, kOfMonths{0, 0, 0, 1}, kOfHeat{0, 0, 0, 0, 1}, kOfData{0, 0, 0, 0, 0, 1},
    kOfSpeed{1, 0, -1}, kOfEnergy{2, 1, -2}, kOfPower{2, 1, -3}, kOfRate{0, 0, -1, 0, 0, 1};

constexpr Row kRows[] = {
    {"m metre metres meter meters メートル", "", "メートル", 1, 1, kOfLength},
    {"km kilometre kilometres kilometer kilometers キロメートル", "", "キロメートル", 1'000, 1, kOfLength},
    {"cm centimetre centimetres centimeter centimeters センチメートル センチ", "", "センチメートル", 1, 100,
     kOfLength},
    {"mm millimetre millimetres millimeter millimeters ミリメートル ミリ", "", "ミリメートル", 1, 1'000,
     kOfLength},
    {"um µm μm micrometre micrometres micrometer micrometers マイクロメートル", "", "", 1, 1'000'000,
     kOfLength},
    {"nm nanometre nanometres nanometer nanometers ナノメートル", "", "", 1, 1'000'000'000, kOfLength},
    {"inch inches インチ", "inches", "インチ", 254, 10'000, kOfLength},
    {"ft foot feet フィート", "", "フィート", 3'048, 10'000, kOfLength},
    {"yd yard yards ヤード", "", "ヤード", 9'144, 10'000, kOfLength},
    {"mi mile miles マイル", "", "マイル", 1'609'344, 1'000, kOfLength},
    {"nmi nautical_mile nautical_miles 海里", "", "海里", 1'852, 1, kOfLength},
    {"m^2 m² m2 sqm ㎡ square_metre square_metres square_meter square_meters 平方メートル 平米", "",
     "平方メートル", 1, 1, kOfArea},
    {"km^2 km² km2 ㎢ square_kilometre square_kilometres square_kilometer square_kilometers 平方キロメートル "
     "平方キロ",
     "", "平方キロメートル", 1'000'000, 1, kOfArea},
    {"cm^2 cm² cm2 ㎠ square_centimetre square_centimetres 平方センチメートル", "", "平方センチメートル", 1,
     10'000, kOfArea},
    {"ft^2 ft² sqft square_foot square_feet 平方フィート", "", "平方フィート", 9'290'304, 100'000'000,
     kOfArea},
    {"mi^2 mi² sqmi square_mile square_miles 平方マイル", "", "平方マイル", 2'589'988'110'336, 1'000'000,
     kOfArea},
    {"are ares アール", "ares", "アール", 100, 1, kOfArea},
    {"ha hectare hectares ヘクタール", "", "ヘクタール", 10'000, 1, kOfArea},
    {"acre acres エーカー", "acres", "エーカー", 40'468'564'224, 10'000'000, kOfArea},
    {"坪 tsubo", "", "坪", 400, 121, kOfArea},
    {"m^3 m³ m3 ㎥ cubic_metre cubic_metres cubic_meter cubic_meters 立方メートル", "", "立方メートル", 1, 1,
     kOfVolume},
    {"cm^3 cm³ cm3 cc cubic_centimetre cubic_centimetres 立方センチメートル", "", "立方センチメートル", 1,
     1'000'000, kOfVolume},
    {"L l litre litres liter liters リットル", "", "リットル", 1, 1'000, kOfVolume},
    {"mL ml millilitre millilitres milliliter milliliters ミリリットル", "", "ミリリットル", 1, 1'000'000,
     kOfVolume},
    {"dL dl decilitre decilitres デシリットル", "", "デシリットル", 1, 10'000, kOfVolume},
    {"kL kl kilolitre kilolitres キロリットル", "", "キロリットル", 1, 1, kOfVolume},
    {"gal gallon gallons ガロン", "", "ガロン", 3'785'411'784, 1'000'000'000'000, kOfVolume},
    {"kg kilogram kilograms kilogramme kilogrammes キログラム", "", "キログラム", 1, 1, kOfMass},
    {"g gram grams gramme grammes グラム", "", "グラム", 1, 1'000, kOfMass},
    {"mg milligram milligrams ミリグラム", "", "ミリグラム", 1, 1'000'000, kOfMass},
    {"t tonne tonnes ton tons トン", "", "トン", 1'000, 1, kOfMass},
    {"lb lbs", "", "", 45'359'237, 100'000'000, kOfMass},
    {"oz ounce ounces オンス", "", "オンス", 45'359'237, 1'600'000'000, kOfMass},
    {"s second seconds sec secs 秒 秒間", "seconds", "秒", 1, 1, kOfTime},
    {"ms millisecond milliseconds ミリ秒", "", "ミリ秒", 1, 1'000, kOfTime},
    {"us µs μs microsecond microseconds マイクロ秒", "", "マイクロ秒", 1, 1'000'000, kOfTime},
    {"minute minutes min mins 分 分間", "minutes", "分", 60, 1, kOfTime},
    {"hour hours h hr hrs 時間", "hours", "時間", 3'600, 1, kOfTime},
    {"day days d 日 日間", "days", "日", 86'400, 1, kOfTime},
    {"week weeks 週間 週", "weeks", "週間", 604'800, 1, kOfTime},
    {"month months か月 ヶ月 カ月 ヵ月 ケ月 箇月 か月間 ヶ月間 カ月間 ヵ月間", "months", "か月", 1, 1,
     kOfMonths},
    {"year years yr yrs 年 年間", "years", "年", 12, 1, kOfMonths},
    {"decade decades", "decades", "", 120, 1, kOfMonths},
    {"century centuries 世紀", "centuries", "世紀", 1'200, 1, kOfMonths},
    {"K kelvin kelvins ケルビン", "", "", 1, 1, kOfHeat},
    {"°C ℃ degC celsius 摂氏", "", "", 1, 1, kOfHeat},
    {"°F ℉ degF fahrenheit 華氏", "", "", 5, 9, kOfHeat},
    {"km/h kmh kph", "", "", 5, 18, kOfSpeed},
    {"mph", "", "", 1'609'344, 3'600'000, kOfSpeed},
    {"kn knot knots ノット", "", "ノット", 1'852, 3'600, kOfSpeed},
    {"J joule joules ジュール", "", "", 1, 1, kOfEnergy},
    {"kJ kilojoule kilojoules キロジュール", "", "", 1'000, 1, kOfEnergy},
    {"kcal kilocalorie kilocalories キロカロリー", "", "キロカロリー", 4'184, 1, kOfEnergy},
    {"Wh ワット時", "", "", 3'600, 1, kOfEnergy},
    {"kWh キロワット時", "", "キロワット時", 3'600'000, 1, kOfEnergy},
    {"MWh メガワット時", "", "", 3'600'000'000, 1, kOfEnergy},
    {"W watt watts ワット", "", "", 1, 1, kOfPower},
    {"kW kilowatt kilowatts キロワット", "", "", 1'000, 1, kOfPower},
    {"MW megawatt megawatts メガワット", "", "", 1'000'000, 1, kOfPower},
    {"B byte bytes バイト", "", "バイト", 1, 1, kOfData},
    {"bit bits ビット", "bits", "ビット", 1, 8, kOfData},
    {"kB KB kilobyte kilobytes キロバイト", "", "", 1'000, 1, kOfData},
    {"MB megabyte megabytes メガバイト", "", "", 1'000'000, 1, kOfData},
    {"GB gigabyte gigabytes ギガバイト", "", "", 1'000'000'000, 1, kOfData},
    {"TB terabyte terabytes テラバイト", "", "", 1'000'000'000'000, 1, kOfData},
    {"PB petabyte petabytes ペタバイト", "", "", 1'000'000'000'000'000, 1, kOfData},
    {"KiB kibibyte kibibytes", "", "", 1'024, 1, kOfData},
    {"MiB mebibyte mebibytes", "", "", 1'048'576, 1, kOfData},
    {"GiB gibibyte gibibytes", "", "", 1'073'741'824, 1, kOfData},
    {"TiB tebibyte tebibytes", "", "", 1'099'511'627'776, 1, kOfData},
    {"kbps kbit/s", "", "", 125, 1, kOfRate},
    {"Mbps Mbit/s", "", "", 125'000, 1, kOfRate},
    {"Gbps Gbit/s", "", "", 125'000'000, 1, kOfRate},
    {"% percent パーセント", "", "", 1, 100, kPlain},
    {"‰ permille パーミル", "", "", 1, 1'000, kPlain},
    {"割", "", "", 1, 10, kPlain},
    // What Japanese counts with: a plain number.
    {"人 名 個 台 本 枚 冊 匹 頭 回 件 軒 基 隻 両 羽 足 杯 点 歳 階 箱 袋 戸 棟 校 社 people persons person "
     "items item times",
     "", "", 1, 1, kPlain},
};

// Names, then the sign that stands before an amount, then the Japanese word.
struct CurrencyRow {
  std::string_view names, sign, japanese;
};
constexpr CurrencyRow kCurrencyRows[] = {
    {"USD dollar dollars ドル 米ドル US$", "$", "ドル"},
    {"EUR euro euros ユーロ", "€", "ユーロ"},
    {"JPY yen 円", "¥", "円"},
    {"GBP 英ポンド sterling", "£", "ポンド"},
    {"CNY yuan 元 人民元 RMB", "", "元"},
    {"KRW won ウォン", "₩", "ウォン"},
    {"INR rupee rupees ルピー", "₹", "ルピー"},
    {"CHF francs スイスフラン", "", ""},
    {"CAD", "", ""},
    {"AUD", "", ""},
    {"NZD", "", ""},
    {"HKD", "", ""},
    {"SGD", "", ""},
    {"TWD", "", ""},
    {"THB baht バーツ", "", "バーツ"},
    {"BRL", "", ""},
};
static_assert(std::size(kCurrencyRows) <= kCurrencies);

template <class Use>
void each_word(std::string_view words, const Use& use) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    use(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

struct Table {
  std::vector<Unit> units;
  std::unordered_map<std::string_view, const Unit*> names, signs;
  std::array<const Unit*, kFirstCurrency + kCurrencies> base{};

  Table() {
    units.reserve(std::size(kRows) + std::size(kCurrencyRows));
    for (const Row& row : kRows) {
      Unit unit;
      unit.plural = row.plural;
      unit.japanese = row.japanese;
      std::copy(row.exponents.begin(), row.exponents.end(), unit.dimension.exponents.begin());
      unit.factor = fraction(row.numerator, row.denominator);
      unit.point = row.names.starts_with("°");
      if (row.names.starts_with("°C")) unit.offset = fraction(27'315, 100);
      if (row.names.starts_with("°F")) unit.offset = fraction(45'967, 100);
      add(std::move(unit), row.names);
    }
    std::size_t place = kFirstCurrency;
    for (const CurrencyRow& row : kCurrencyRows) {
      Unit unit;
      unit.japanese = row.japanese;
      unit.dimension.exponents[place] = 1;
      unit.factor = Rational(1);
      const Unit* added = add(std::move(unit), row.names);
      base[place++] = added;
      if (!row.sign.empty()) signs.emplace(row.sign, added);
    }
    signs.emplace("US$", names.at("USD"));
    for (const auto& [at, symbol] : {std::pair{kLength, "m"},
                                     {kMass, "kg"},
                                     {kTime, "s"},
                                     {kCalendar, "month"},
                                     {kTemperature, "K"},
                                     {kData, "B"}})
      base[at] = names.at(symbol);
  }
  const Unit* add(Unit unit, std::string_view words) {
    unit.symbol = words.substr(0, words.find(' '));
    units.push_back(std::move(unit));
    const Unit* added = &units.back();
    each_word(words, [&](std::string_view word) { names.emplace(word, added); });
    return added;
  }
};

const Table& table() {
  static const Table built;
  return built;
}

std::string power_text(std::string_view symbol, int exponent) {
  const std::string name(symbol);
  return exponent == 1 ? name : name + "^" + std::to_string(exponent);
}

struct Name {
  std::string_view english, japanese;
};
constexpr Name kNames[] = {{"number", "数"},          {"length", "長さ"},
                           {"area", "面積"},          {"volume", "体積"},
                           {"mass", "質量"},          {"time", "時間"},
                           {"calendar time", "年月"}, {"temperature difference", "温度差"},
                           {"temperature", "温度"},   {"data size", "データ量"},
                           {"data rate", "通信速度"}, {"speed", "速さ"},
                           {"energy", "エネルギー"},  {"power", "電力"},
                           {"percentage", "割合"},    {"truth value", "真偽"},
                           {"text", "文字列"},        {"date", "日付"},
                           {"time of day", "時刻"},   {"list", "リスト"}};

}  // namespace

bool combine(const Dimension& a, const Dimension& b, int sign, Dimension& out) {
  constexpr int kMost = 60;
  Dimension sum;
  for (std::size_t i = 0; i < sum.exponents.size(); ++i) {
    const int exponent = a.exponents[i] + sign * b.exponents[i];
    if (exponent < -kMost || exponent > kMost) return false;
    sum.exponents[i] = static_cast<std::int8_t>(exponent);
  }
  out = sum;
  return true;
}

const Unit* find_unit(std::string_view name) {
  const auto& names = table().names;
  if (const auto found = names.find(name); found != names.end()) return found->second;
  if (name.size() < 3 || name.size() > 32) return nullptr;  // MB and mb are not the same
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto found = names.find(lower);
  return found == names.end() ? nullptr : found->second;
}

const Unit* find_currency(std::string_view sign) {
  const auto found = table().signs.find(sign);
  return found == table().signs.end() ? nullptr : found->second;
}

Display coherent(const Dimension& dimension) {
  Display display;
  for (std::size_t i = 0; i < dimension.exponents.size(); ++i)
    if (dimension.exponents[i] != 0) display.emplace_back(table().base[i], dimension.exponents[i]);
  return display;
}

Rational factor_of(const Display& display) {
  constexpr std::size_t kBits = std::size_t{1} << 20;
  Rational factor(1);
  for (const auto& [unit, exponent] : display) {
    Rational own;
    compute(RationalOp::power, unit->factor, Rational(exponent), kBits, own);
    compute(RationalOp::multiply, factor, own, kBits, factor);
  }
  return factor;
}

std::string symbol_of(const Display& display) {
  std::string above, below;
  for (const auto& [unit, exponent] : display) {
    std::string& part = exponent > 0 ? above : below;
    if (!part.empty()) part += exponent > 0 ? "*" : "/";
    part += power_text(unit->symbol, exponent > 0 ? exponent : -exponent);
  }
  if (below.empty()) return above;
  return (above.empty() ? "1" : above) + "/" + below;
}

std::string name_of(const Dimension& dimension) {
  const auto is = [&](const std::array<std::int8_t, 6>& exponents) {
    Dimension other;
    std::copy(exponents.begin(), exponents.end(), other.exponents.begin());
    return dimension == other;
  };
  static constexpr std::pair<std::array<std::int8_t, 6>, std::string_view> kKnown[] = {
      {kPlain, "number"},
      {kOfLength, "length"},
      {kOfArea, "area"},
      {kOfVolume, "volume"},
      {kOfMass, "mass"},
      {kOfTime, "time"},
      {kOfMonths, "calendar time"},
      {kOfHeat, "temperature difference"},
      {kOfData, "data size"},
      {kOfRate, "data rate"},
      {kOfSpeed, "speed"},
      {kOfEnergy, "energy"},
      {kOfPower, "power"}};
  for (const auto& [exponents, name] : kKnown)
    if (is(exponents)) return std::string(name);
  const Display display = coherent(dimension);
  if (display.size() == 1 && display.front().second == 1)
    return "money (" + std::string(display.front().first->symbol) + ")";
  return "amount in " + symbol_of(display);
}

std::string japanese_name(std::string_view english) {
  for (const Name& name : kNames)
    if (name.english == english) return std::string(name.japanese);
  if (english.starts_with("money (")) return "金額" + std::string(english.substr(6));
  if (english.starts_with("amount in ")) return std::string(english.substr(10)) + " の量";
  return std::string(english);
}

}  // namespace genkai::logic::expression
