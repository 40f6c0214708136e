package io.reprise.config.read;

import java.util.ArrayList;
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

    /**
     * As they were read. A folder of tools that cannot be read concerns all of them, so it is among the files that are judged
     * as a whole.
     */
    public static ConfigFiles of(FileText settings, List<FileText> catalogue, List<FileText> tools) {
        List<FileText> others = new ArrayList<>(catalogue);
        tools.stream().filter(FileText::isFolder).forEach(others::add);
        return new ConfigFiles(
                settings,
                others,
                tools.stream().filter(file -> !file.isFolder()).toList());
    }

    /** Only a settings file. */
    public static ConfigFiles of(FileText settings) {
        return new ConfigFiles(settings, List.of(), List.of());
    }
}
