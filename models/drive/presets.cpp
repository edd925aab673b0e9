#include "models/drive/drive_model.hpp"
#include "models/drive/seek.hpp"

namespace spindle::models {

namespace {

constexpr double kMs = 1e-3;
constexpr double kMb = 1e6;
constexpr std::uint64_t kTb = 1'000'000'000'000;
constexpr double kRevolution7200 = 60.0 / 7200.0;

// Fit to the seek table of a 4 TB 7,200 rpm drive (DiskSim, Western Digital's parameter file);
// rms error .05-.07 ms. Data lie on 303,104 cylinders.
constexpr SeekCurve kNearlineSeek{.short_base_s = 1.4975 * kMs,
                                  .short_s_per_sqrt_cylinder = 0.01916 * kMs,
                                  .switch_at = 67'809,
                                  .long_base_s = 4.5078 * kMs,
                                  .long_s_per_cylinder = 3.141e-5 * kMs,
                                  .stroke = 303'104};

// Media rates of the same drive, from 3,072 and 1,560 sectors of 512 bytes a track.
constexpr double kFourTbOuter = 3072 * 512 / kRevolution7200;
constexpr double kFourTbInner = 1560 * 512 / kRevolution7200;

SeekTime scaled(const SeekTime& seek, double factor) {
  return {seek.mean_s * factor, seek.variance_s2 * factor * factor};
}

DriveModel talk() {
  DriveModel drive;
  drive.name = "talk";
  drive.source =
      "round figures of a conference talk: seek 4 ms, rotation 0-8 ms, 2 ms per half megabyte; "
      "capacity and failure rate from the same arithmetic";
  drive.capacity = {20 * kTb};
  drive.rotation_s = 8 * kMs;
  drive.read_seek = {.mean_s = 4 * kMs, .variance_s2 = 0};
  drive.write_seek = drive.read_seek;
  drive.outer_bytes_per_s = 250 * kMb;
  drive.inner_bytes_per_s = 250 * kMb;
  drive.annual_failure_rate = 0.015;
  drive.is_ideal = true;
  return drive;
}

DriveModel nearline_20tb() {
  DriveModel drive;
  drive.name = "nearline-20tb";
  drive.source =
      "Toshiba MG10ACA20TE data sheet: 20 TB, 7,200 rpm, 281 MB/s at the outer track, MTTF 2.5e6 h "
      "(.35 %/yr). Derived: inner track at .5 of the outer (usual for the class), read seek from "
      "the measured curve of nearline-4tb, writes .8 ms longer (WD HC310: 7.4 ms read, 8.2 ms "
      "write), no command overhead";
  drive.capacity = {20 * kTb};
  drive.rotation_s = kRevolution7200;
  drive.outer_bytes_per_s = 281 * kMb;
  drive.inner_bytes_per_s = 0.5 * drive.outer_bytes_per_s;
  drive.read_seek = random_seek(kNearlineSeek, 0.5);
  drive.write_seek = drive.read_seek;
  drive.write_seek.mean_s += 0.8 * kMs;
  drive.annual_failure_rate = 0.0035;
  return drive;
}

DriveModel nearline_230() {
  // A track crossing of .3 ms every 512 KiB, as a lower rate.
  constexpr double kBlock = 524'288;
  constexpr double kRate = kBlock / (kBlock / (230 * kMb) + 0.3 * kMs);

  DriveModel drive;
  drive.name = "nearline-230";
  drive.source =
      "parameters for half-megabyte reads on 7,200 rpm drives: 230 MB/s and a .3 ms crossing per "
      "512 KiB, together 203 MB/s everywhere; seek curve of nearline-4tb x 1.05. Derived: 20 TB, "
      "failure rate of nearline-20tb, writes as reads";
  drive.capacity = {20 * kTb};
  drive.rotation_s = kRevolution7200;
  drive.outer_bytes_per_s = kRate;
  drive.inner_bytes_per_s = kRate;
  drive.read_seek = scaled(random_seek(kNearlineSeek, kFourTbInner / kFourTbOuter), 1.05);
  drive.write_seek = drive.read_seek;
  drive.annual_failure_rate = 0.0035;
  return drive;
}

DriveModel nearline_4tb() {
  DriveModel drive;
  drive.name = "nearline-4tb";
  drive.source =
      "4 TB 7,200 rpm drive of DiskSim's validation set (Western Digital's fork): seek table, "
      "sectors per track; pure mechanics, no command overhead. Failure rate: Backblaze, 4 TB "
      "models to 2024, 2.17 %/yr";
  drive.capacity = {4 * kTb};
  drive.rotation_s = kRevolution7200;
  drive.outer_bytes_per_s = kFourTbOuter;
  drive.inner_bytes_per_s = kFourTbInner;
  drive.read_seek = random_seek(kNearlineSeek, kFourTbInner / kFourTbOuter);
  drive.write_seek = drive.read_seek;
  drive.annual_failure_rate = 0.0217;
  return drive;
}

}  // namespace

const std::vector<DriveModel>& drive_presets() {
  static const std::vector<DriveModel> presets{talk(), nearline_20tb(), nearline_230(),
                                               nearline_4tb()};
  return presets;
}

const DriveModel* find_drive_preset(const std::string& name) {
  for (const DriveModel& drive : drive_presets()) {
    if (drive.name == name) return &drive;
  }
  return nullptr;
}

}  // namespace spindle::models
