package io.reprise.config.read;

import java.util.List;

/**
 * The content of all files of the configuration at one moment.
 *
 * @param settings the settings file
 * @param others the files of the catalogue, in the folders beside it
 * @param tools the files of declared tools
 */
public record ConfigFiles(FileText settings, List<FileText> others, List<FileText> tools) {
    public ConfigFiles {
        others = List.copyOf(others);
        tools = List.copyOf(tools);
    }

    /** Only a settings file. */
    public static ConfigFiles of(FileText settings) {
        return new ConfigFiles(settings, List.of(), List.of());
    }
}
