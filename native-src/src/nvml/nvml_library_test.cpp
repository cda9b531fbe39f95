#include <doctest/doctest.h>
#include <dlfcn.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "voice/voice.h"

namespace {

namespace fs = std::filesystem;

struct Close {
    void operator()(voice_gpus *gpus) const { voice_gpus_close(gpus); }
};
using Gpus = std::unique_ptr<voice_gpus, Close>;

/* A copy of the fake library with a script of its own; the loader takes it for another one than the next test's. */
class Fake {
public:
    explicit Fake(const char *library = FAKE_NVML)
        : folder_(fs::temp_directory_path() / ("voice_nvml." + std::to_string(std::random_device()()))) {
        fs::create_directories(folder_);
        fs::copy_file(library, path());
    }
    ~Fake() { fs::remove_all(folder_); }
    Fake(const Fake &) = delete;
    Fake &operator=(const Fake &) = delete;

    std::string path() const { return (folder_ / "libnvidia-ml.so.1").string(); }

    void script(const std::string &text) const {
        const std::string file = path() + ".script";
        std::ofstream(file + ".new") << text;
        fs::rename(file + ".new", file); // whole for whoever reads it now
    }

    Gpus open() const {
        voice_gpus *gpus = nullptr;
        REQUIRE_MESSAGE(voice_gpus_open(path().c_str(), &gpus) == VOICE_OK, voice_last_error());
        return Gpus(gpus);
    }

private:
    const fs::path folder_;
};

std::vector<voice_gpu_figures> read(const Gpus &gpus) {
    std::vector<voice_gpu_figures> figures(8);
    uint32_t count = 0;
    REQUIRE_MESSAGE(voice_gpus_read(gpus.get(), figures.data(), 8, &count) == VOICE_OK, voice_last_error());
    REQUIRE(count <= 8);
    figures.resize(count);
    return figures;
}

std::string failure(const std::string &library) {
    voice_gpus *gpus = nullptr;
    CHECK(voice_gpus_open(library.c_str(), &gpus) == VOICE_ERROR_UNSUPPORTED);
    CHECK(gpus == nullptr);
    return voice_last_error();
}

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

bool is_loaded(const Fake &fake) {
    return dlopen(fake.path().c_str(), RTLD_LAZY | RTLD_NOLOAD) != nullptr;
}

const std::string three = "gpu 2000000000 500000000 80000000000 37 61 310500 NVIDIA H200\n"
                          "gpu 0 500000000 80000000000 0 30 60250 NVIDIA H200\n"
                          "gpu 5 6 70 100 90 1 Another\n";

} // namespace

TEST_CASE("shouldTellWhatEachGpuTells") {
    Fake fake;
    fake.script(three);
    const Gpus gpus = fake.open();
    const auto figures = read(gpus);
    REQUIRE(figures.size() == 3);
    CHECK(figures[0].index == 0);
    CHECK(figures[0].memory_used_bytes == 2e9);
    CHECK(figures[0].memory_total_bytes == 80e9);
    CHECK(figures[0].utilization_percent == 37);
    CHECK(figures[0].temperature_celsius == 61);
    CHECK(figures[0].power_watts == 310.5);
    CHECK(figures[0].name == std::string("NVIDIA H200"));
    CHECK(figures[1].uuid == std::string("GPU-00000000-0000-0000-0000-000000000001"));
    CHECK(figures[1].power_watts == 60.25);
    CHECK(figures[2].index == 2);
    CHECK(figures[2].memory_used_bytes == 5);
    for (const auto &gpu : figures) {
        CHECK(gpu.problem == std::string());
    }
}

TEST_CASE("shouldLeaveOutOnlyWhatAGpuDoesNotTell") {
    Fake fake;
    fake.script(three + "fail nvmlDeviceGetPowerUsage 1 3\nfail nvmlDeviceGetUtilizationRates 1 4\n"
                        "fail nvmlDeviceGetMemoryInfo_v2 2 3\nfail nvmlDeviceGetName 2 999\nfail nvmlDeviceGetUUID 2 4\n"
                        "fail nvmlDeviceGetTemperature 2 3\n");
    const auto figures = read(fake.open());
    CHECK(figures[0].problem == std::string());
    CHECK(std::isnan(figures[1].power_watts));
    CHECK(std::isnan(figures[1].utilization_percent));
    CHECK(figures[1].memory_total_bytes == 80e9);
    CHECK(figures[1].temperature_celsius == 30);
    CHECK(figures[1].problem == std::string("utilization: Insufficient Permissions; power: Not Supported"));
    CHECK(std::isnan(figures[2].memory_used_bytes));
    CHECK(std::isnan(figures[2].memory_total_bytes));
    CHECK(std::isnan(figures[2].temperature_celsius));
    CHECK(figures[2].power_watts == 0.001);
    CHECK(figures[2].name == std::string());
    CHECK(figures[2].problem == std::string("name: Unknown Error; UUID: Insufficient Permissions; memory: Not Supported; "
                                            "temperature: Not Supported"));
}

TEST_CASE("shouldGoOnWithTheOthersWhenAGpuIsLost") {
    Fake fake;
    fake.script(three);
    const Gpus gpus = fake.open();
    CHECK(read(gpus)[1].temperature_celsius == 30);
    for (const std::string lost : {"fail nvmlDeviceGetHandleByIndex_v2 1 15\n",
                                   "fail nvmlDeviceGetName 1 15\nfail nvmlDeviceGetUUID 1 15\n"
                                   "fail nvmlDeviceGetMemoryInfo_v2 1 15\nfail nvmlDeviceGetUtilizationRates 1 15\n"
                                   "fail nvmlDeviceGetTemperature 1 15\nfail nvmlDeviceGetPowerUsage 1 15\n"}) {
        fake.script(three + lost);
        const auto figures = read(gpus);
        REQUIRE(figures.size() == 3);
        CHECK(figures[1].index == 1);
        CHECK(std::isnan(figures[1].memory_used_bytes));
        CHECK(std::isnan(figures[1].memory_total_bytes));
        CHECK(std::isnan(figures[1].utilization_percent));
        CHECK(std::isnan(figures[1].temperature_celsius));
        CHECK(std::isnan(figures[1].power_watts));
        CHECK(contains(figures[1].problem, "GPU is lost"));
        CHECK(figures[0].temperature_celsius == 61);
        CHECK(figures[2].temperature_celsius == 90);
    }
    fake.script(three);
    CHECK(read(gpus)[1].temperature_celsius == 30);
}

TEST_CASE("shouldTellTheMemoryWithWhatIsReservedWhenTheDriverIsOld") {
    Fake old(FAKE_NVML_OLD);
    old.script(three);
    CHECK(read(old.open())[0].memory_used_bytes == 2.5e9);

    Fake fake;
    fake.script(three + "fail nvmlDeviceGetMemoryInfo_v2 0 25\nfail nvmlDeviceGetMemoryInfo_v2 1 15\n"
                        "fail nvmlDeviceGetMemoryInfo_v2 2 13\nfail nvmlDeviceGetMemoryInfo 2 3\n");
    const auto figures = read(fake.open());
    CHECK(figures[0].memory_used_bytes == 2.5e9);
    CHECK(figures[0].memory_total_bytes == 80e9);
    CHECK(figures[0].problem == std::string());
    CHECK(std::isnan(figures[1].memory_used_bytes));
    CHECK(figures[1].problem == std::string("memory: GPU is lost"));
    CHECK(figures[2].problem == std::string("memory: Not Supported"));
}

TEST_CASE("shouldCutNoNameAndOverrunNoBufferWhenTextsAreLong") {
    Fake fake;
    fake.script("gpu 1 1 9 1 1 1 " + std::string(95, 'n') + "\ngpu 1 1 9 1 1 1 " + std::string(96, 'n') + "\n");
    const auto figures = read(fake.open());
    CHECK(figures[0].name == std::string(95, 'n'));
    CHECK(figures[1].name == std::string());
    CHECK(figures[1].problem == std::string("name: Insufficient Size"));
}

TEST_CASE("shouldSayWhyWhenThereIsNoLibrary") {
    CHECK(contains(failure("/nowhere/libnvidia-ml.so.1"), "/nowhere/libnvidia-ml.so.1"));
    CHECK(contains(failure("libm.so.6"), "libm.so.6: it exports no nvmlInit_v2"));
    Fake fake;
    fake.script("");
    CHECK(contains(failure(fake.path() + ".script"), fake.path() + ".script"));
}

TEST_CASE("shouldSayWhatNvmlSaysWhenNoDriverAnswers") {
    Fake fake;
    fake.script(three + "fail nvmlInit_v2 * 9\n");
    CHECK(failure(fake.path()) == "NVIDIA's driver does not answer: Driver Not Loaded");
    CHECK_FALSE(is_loaded(fake));
    fake.script(three);
    CHECK(read(fake.open()).size() == 3);
}

TEST_CASE("shouldFailAndThenGoOnWhenTheDriverIsAwayForAWhile") {
    Fake fake;
    fake.script(three);
    const Gpus gpus = fake.open();
    fake.script(three + "fail nvmlDeviceGetCount_v2 * 999\n");
    voice_gpu_figures figures;
    uint32_t count = 7;
    CHECK(voice_gpus_read(gpus.get(), &figures, 1, &count) == VOICE_ERROR_IO);
    CHECK(count == 0);
    CHECK(voice_last_error() == std::string("NVIDIA's driver does not tell how many GPUs there are: Unknown Error"));
    fake.script(three);
    CHECK(read(gpus).size() == 3);
}

TEST_CASE("shouldWriteNoMoreThanTheCapacity") {
    Fake fake;
    fake.script(three);
    const Gpus gpus = fake.open();
    voice_gpu_figures figures[2] = {};
    figures[1].index = 77;
    uint32_t count = 0;
    CHECK(voice_gpus_read(gpus.get(), figures, 1, &count) == VOICE_OK);
    CHECK(count == 3);
    CHECK(figures[0].temperature_celsius == 61);
    CHECK(figures[1].index == 77);
    CHECK(voice_gpus_read(gpus.get(), nullptr, 0, &count) == VOICE_OK);
    CHECK(count == 3);
    fake.script("");
    CHECK(voice_gpus_read(gpus.get(), figures, 1, &count) == VOICE_OK);
    CHECK(count == 0);
}

TEST_CASE("shouldNameThePointerWhenItIsNull") {
    Fake fake;
    const Gpus gpus = fake.open();
    uint32_t count = 0;
    voice_gpu_figures figures;
    CHECK(voice_gpus_open(nullptr, nullptr) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_gpus_read(nullptr, &figures, 1, &count) == VOICE_ERROR_ARGUMENT);
    CHECK(voice_gpus_read(gpus.get(), nullptr, 1, &count) == VOICE_ERROR_ARGUMENT);
    CHECK(contains(voice_last_error(), "figures=NULL"));
    CHECK(voice_gpus_read(gpus.get(), &figures, 1, nullptr) == VOICE_ERROR_ARGUMENT);
    voice_gpus_close(nullptr);
}

TEST_CASE("shouldLookWhereTheEnvironmentSays") {
    Fake fake;
    fake.script("gpu 1 1 9 1 42 1 x\n");
    setenv("VOICE_NVML_LIBRARY", fake.path().c_str(), 1);
    voice_gpus *gpus = nullptr;
    CHECK(voice_gpus_open(nullptr, &gpus) == VOICE_OK);
    CHECK(read(Gpus(gpus))[0].temperature_celsius == 42);
    setenv("VOICE_NVML_LIBRARY", "/nowhere/else.so", 1);
    CHECK(voice_gpus_open(nullptr, &gpus) == VOICE_ERROR_UNSUPPORTED);
    CHECK(contains(voice_last_error(), "/nowhere/else.so"));
    CHECK(read(fake.open()).size() == 1); // who names a library means it
    unsetenv("VOICE_NVML_LIBRARY");
}

TEST_CASE("shouldInitialiseAndEndOncePerHandle") {
    Fake fake;
    void *library = dlopen(fake.path().c_str(), RTLD_LAZY);
    REQUIRE(library != nullptr);
    const auto users = reinterpret_cast<int (*)()>(dlsym(library, "fake_nvml_users"));
    REQUIRE((users != nullptr));
    {
        const Gpus one = fake.open();
        CHECK(users() == 1);
        {
            const Gpus two = fake.open();
            CHECK(users() == 2);
        }
        CHECK(users() == 1);
        CHECK(read(one).size() == 2);
    }
    CHECK(users() == 0);
    dlclose(library);
    CHECK_FALSE(is_loaded(fake));
}

TEST_CASE("shouldBeReadByManyThreadsAtOnce") {
    Fake fake;
    fake.script(three);
    const Gpus gpus = fake.open();
    std::vector<std::thread> threads;
    std::vector<int> wrong(4);
    for (size_t t = 0; t < wrong.size(); t++) {
        threads.emplace_back([&, t] {
            voice_gpu_figures figures[3];
            uint32_t count = 0;
            for (int i = 0; i < 50; i++) {
                wrong[t] += voice_gpus_read(gpus.get(), figures, 3, &count) != VOICE_OK || count != 3 ||
                            figures[2].temperature_celsius != 90;
            }
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    CHECK(wrong == std::vector<int>(4));
}
