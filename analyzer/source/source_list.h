SOURCE(apt_history)
SOURCE(dmesg)
SOURCE(host_facts)
SOURCE(kern_log)
