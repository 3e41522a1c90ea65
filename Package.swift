// swift-tools-version: 6.2
import PackageDescription

/// Every target compiles under the same rules; a warning is an error.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// For the modules that every frame of a call passes: the dynamic exclusivity checks cost 6 % of a frame. The tests (debug)
/// run with them; docs/performance.md has the figures.
let hot: [SwiftSetting] = strict + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

/// A Swift target of the product. `uses` are the only modules it may import (checked by the build).
func swift(_ name: String, uses: [Target.Dependency] = [], linker: [LinkerSetting] = []) -> Target {
    let settings =
        ["Core", "ProviderKit", "Providers", "Recognizers", "Synthesizers", "Network", "Conversations"].contains(name)
        ? hot : strict
    return .target(name: name, dependencies: uses, swiftSettings: settings, linkerSettings: linker)
}

/// A C target: module map and shims for what Swift cannot import, nothing else.
func c(_ name: String, uses: [Target.Dependency] = [], cxx: [CXXSetting] = [], links: [String] = []) -> Target {
    .target(
        name: name, dependencies: uses, cxxSettings: cxx, linkerSettings: links.map { .linkedLibrary($0) })
}

/// A library of the system whose headers lie where only pkg-config knows.
func system(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func tests(_ name: String, uses: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "TestKit"] + uses,
        resources: [.copy("Fixtures")], swiftSettings: strict)
}

// Arrows point down: a target may use only targets of a lower level (docs/architecture.md).
let package = Package(
    name: "sidetone",
    products: [.executable(name: "sidetone", targets: ["sidetone"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C libraries
        c("CLinux", links: []),
        c("CALSA", links: ["asound"]),
        c("CNcurses", links: ["ncursesw", "tinfo"]),
        c("CUV", links: ["uv"]),
        c("CWebSockets", links: ["websockets", "uv", "ssl", "crypto"]),
        system("SystemOpus", "libopusenc", "libopusenc-dev"),
        c("COpus", uses: ["SystemOpus"], links: ["opusfile", "opusenc", "opus", "ogg"]),
        c("CFilter"),
        c("CSpeexDSP", links: ["speexdsp"]),
        c("CSonic", links: ["sonic"]),
        c("CSQLite", links: ["sqlite3"]),
        // Debian's shared library hides the voice detector, the static one has both; no header search path by pkg-config,
        // because its definitions make a warning in every build.
        c(
            "CWebRTCAudio",
            cxx: [
                .define("WEBRTC_POSIX"), .define("WEBRTC_AUDIO_PROCESSING_ONLY_BUILD"),
                .unsafeFlags(["-I/usr/include/webrtc_audio_processing"]),
            ], links: [":libwebrtc_audio_processing.a", "stdc++"]),
        system("SystemPocketSphinx", "pocketsphinx", "libpocketsphinx-dev"),
        c(
            "CSpeech", uses: ["SystemPocketSphinx"],
            links: ["flite_cmu_us_slt", "flite_cmu_us_rms", "flite_usenglish", "flite_cmulex", "flite", "m"]),

        // 0
        swift("Core", uses: ["CLinux"]),
        // 1
        swift("AudioKit", uses: ["Core", "CFilter", "COpus", "SystemOpus", "CSpeexDSP", "CWebRTCAudio"]),
        swift("Configuration", uses: ["Core", "Yams"]),
        // 2
        swift("ProviderKit", uses: ["Core", "AudioKit"]),
        swift("Tools", uses: ["Core"]),
        // 3
        swift("Providers", uses: ["Core", "AudioKit", "ProviderKit"]),
        swift("Recognizers", uses: ["Core", "AudioKit", "ProviderKit"]),
        swift("LanguageModels", uses: ["Core", "ProviderKit"]),
        swift("Synthesizers", uses: ["Core", "AudioKit", "ProviderKit"]),
        swift("EmbeddedSpeech", uses: ["Core", "AudioKit", "CSpeech"]),
        swift("Telephony", uses: ["Core", "AudioKit"]),
        swift("Devices", uses: ["Core", "AudioKit", "CALSA", "CLinux"]),
        swift("Network", uses: ["Core", "CUV", "CWebSockets", "CLinux"]),
        swift("Recording", uses: ["Core", "AudioKit", "CLinux", "CSQLite"]),
        swift("Terminal", uses: ["Core", "CNcurses", "CLinux"]),
        // 4
        swift("Conversations", uses: ["Core", "AudioKit", "ProviderKit", "Tools"]),
        swift("Console", uses: ["Core", "Terminal"]),
        swift("Service", uses: ["Core"]),
        swift("Studio", uses: ["Core", "AudioKit", "Recording", "Tools", "CLinux", "CSonic"]),
        // 5
        .executableTarget(
            name: "sidetone",
            dependencies: [
                "Core", "AudioKit", "Configuration", "ProviderKit", "Tools", "Providers", "Recognizers",
                "LanguageModels", "Synthesizers", "EmbeddedSpeech", "Telephony", "Devices", "Network", "Recording",
                "Terminal", "Conversations", "Console", "Service", "Studio",
                "CLinux",
                "CNcurses",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: strict),

        // Tests
        .target(
            name: "TestKit", dependencies: ["Core", "AudioKit", "ProviderKit"], path: "Tests/TestKit",
            swiftSettings: strict),
        tests("Core"), tests("AudioKit"), tests("Configuration"), tests("ProviderKit"), tests("Tools"),
        tests("Providers", uses: ["ProviderKit", "Network"]), tests("EmbeddedSpeech", uses: ["Providers", "Core"]),
        tests("Recognizers", uses: ["ProviderKit", "Network"]),
        tests("LanguageModels", uses: ["ProviderKit", "Network"]),
        tests("Synthesizers", uses: ["ProviderKit", "Network"]),
        tests("Telephony"), tests("Devices"),
        tests("Network"), tests("Recording"), tests("Terminal"),
        tests(
            "Conversations",
            uses: ["Providers", "ProviderKit", "Recognizers", "LanguageModels", "Synthesizers", "Recording"]),
        tests("Console", uses: ["Terminal"]), tests("Service"),
        tests("Studio", uses: ["Recording", "Conversations", "Providers", "ProviderKit", "Tools"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx14
)
